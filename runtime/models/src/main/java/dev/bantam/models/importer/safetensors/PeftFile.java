package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.safetensors.NameTable.Form;
import dev.bantam.models.importer.safetensors.NameTable.Target;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of an adapter as the PEFT library saves it: {@code adapter_config.json}, and in {@code
 * adapter_model.safetensors} for a layer {@code base_model.model.NAME} the factors {@code
 * lora_A.weight} of shape {@code [rank, columns]} and {@code lora_B.weight} of shape {@code [rows,
 * rank]}.
 */
public final class PeftFile implements AutoCloseable {

  private static final String ROOT = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final int MAX_WIDTH = 1 << 20;

  /**
   * One pair of factors.
   *
   * @param matrix that they change, in llama.cpp's terms
   * @param a {@code [rank, columns]}
   * @param b {@code [rows, rank]}, its rows in llama.cpp's order but for rotated pairs
   * @param scale of the product
   */
  public record Pair(String matrix, Factor a, Factor b, double scale) {}

  /** A matrix of floats in the file. */
  public final class Factor {

    private final TensorView view;

    private Factor(TensorView view) {
      this.view = view;
    }

    public int rows() {
      return (int) (long) view.shape().get(1);
    }

    public int columns() {
      return (int) (long) view.shape().get(0);
    }

    /** All of it, row by row. */
    public float[] floats() throws ModelException {
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(view.bytes())).order(ByteOrder.LITTLE_ENDIAN);
      view.reader().read(0, bytes);
      float[] floats = new float[Math.multiplyExact(rows(), columns())];
      WeightFormat.of(view.type()).orElseThrow().dequantize(bytes.flip(), floats);
      return floats;
    }
  }

  private final SafetensorsFile file;
  private final TransformersConfig config;
  private final Family family;
  private final int heads;

  private PeftFile(SafetensorsFile file, TransformersConfig config, GgufMetadata model)
      throws ModelException {
    this.file = file;
    this.config = config;
    String architecture = model.requireText("general.architecture");
    this.family = Families.ofArchitecture(architecture);
    this.heads = model.requireWhole(architecture + ".attention.head_count", 1, 1024);
  }

  /**
   * Opens both files.
   *
   * @param model that the adapter is for
   * @throws ModelException {@code UNSUPPORTED} if it is of another kind than plain LoRA
   */
  public static PeftFile open(Path configuration, Path weights, GgufMetadata model)
      throws ModelException {
    TransformersConfig config = TransformersConfig.read(configuration);
    checkKind(config);
    SafetensorsFile file = SafetensorsFile.open(weights);
    boolean whole = false;
    try {
      PeftFile opened = new PeftFile(file, config, model);
      whole = true;
      return opened;
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  private static void checkKind(TransformersConfig config) throws ModelException {
    String kind = config.text("peft_type").orElse("");
    if (!kind.equals("LORA")) {
      throw config.unsupported("peft_type", "only LORA is supported");
    }
    for (String flag : List.of("use_dora", "use_qalora", "lora_bias")) {
      if (config.flag(flag).orElse(false)) {
        throw config.unsupported(flag, "only plain LoRA is supported");
      }
    }
    for (String list : List.of("rank_pattern", "alpha_pattern")) {
      if (config.node().path(list).size() > 0) {
        throw config.unsupported(list, "only one rank and one alpha for all layers are supported");
      }
    }
  }

  /** All pairs. */
  public Map<String, Pair> pairs() throws ModelException {
    Map<String, Pair> pairs = new LinkedHashMap<>();
    for (StoredTensor a : file.tensors().values()) {
      if (a.name().endsWith(B) && file.tensors().containsKey(a.name().replace(B, A))) {
        continue;
      }
      StoredTensor b = file.tensors().get(a.name().replace(A, B));
      if (!a.name().startsWith(ROOT) || !a.name().endsWith(A) || b == null) {
        throw FolderErrors.unsupported(
            file.path(),
            a.name(),
            "only pairs of %sNAME%s and %s are supported".formatted(ROOT, A, B));
      }
      Pair pair = pair(a, b);
      pairs.put(pair.matrix(), pair);
    }
    return pairs;
  }

  private Pair pair(StoredTensor a, StoredTensor b) throws ModelException {
    String stored = a.name().substring(ROOT.length(), a.name().length() - A.length()) + ".weight";
    Target target =
        family
            .names()
            .target(stored)
            .orElseThrow(
                () ->
                    FolderErrors.malformed(
                        file.path(), a.name(), "the model's family has no such layer"));
    if (target.form() == Form.LESS_ONE || target.name().startsWith("token_embd")) {
      throw FolderErrors.unsupported(file.path(), a.name(), "it changes no layer's matrix");
    }
    TensorView viewB = view(b);
    if (target.form() == Form.HEAD_BY_HEAD) {
      viewB = partByPart(b, viewB);
    }
    Factor factorA = new Factor(view(a));
    return new Pair(target.name(), factorA, new Factor(viewB), scale(factorA.rows()));
  }

  private TensorView partByPart(StoredTensor tensor, TensorView view) throws ModelException {
    long rows = view.shape().get(1);
    if (rows % (3L * heads) != 0) {
      throw FolderErrors.malformed(file.path(), tensor.name(), "its rows are no whole heads");
    }
    return view.reordered((int) (rows / (3L * heads)), at -> at % heads * 3 + at / heads);
  }

  private TensorView view(StoredTensor tensor) throws ModelException {
    TensorType type =
        tensor
            .dtype()
            .type()
            .orElseThrow(
                () ->
                    FolderErrors.unsupported(
                        file.path(),
                        tensor.name(),
                        "dtype %s is not supported; supported are %s"
                            .formatted(tensor.dtype(), Dtype.importable())));
    if (tensor.shape().size() != 2
        || tensor.shape().stream().anyMatch(size -> size < 1 || size > MAX_WIDTH)) {
      throw FolderErrors.malformed(
          file.path(), tensor.name(), "shape %s is no factor's".formatted(tensor.shape()));
    }
    return TensorView.stored(file, tensor, type);
  }

  /** Alpha against the rank, or with rank-stabilized scaling (arXiv 2312.03732) its root. */
  private double scale(int rank) throws ModelException {
    double alpha = config.real("lora_alpha").orElse(8);
    return alpha / (config.flag("use_rslora").orElse(false) ? Math.sqrt(rank) : rank);
  }

  /** The exception for what does not fit the model. */
  public ModelException wrong(String matrix, String problem) {
    return FolderErrors.malformed(
        file.path(), family.names().storedName(matrix).orElse(matrix), problem);
  }

  @Override
  public void close() throws ModelException {
    file.close();
  }
}
