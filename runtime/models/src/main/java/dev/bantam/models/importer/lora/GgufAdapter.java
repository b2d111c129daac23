package dev.bantam.models.importer.lora;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufFile;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.GgufTensor;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An adapter as llama.cpp's convert_lora_to_gguf writes it: {@code NAME.lora_a} of shape {@code
 * [columns, rank]} and {@code NAME.lora_b} of shape {@code [rank, rows]} in ggml's order, with
 * {@code adapter.lora.alpha}, by which the product is scaled against its rank.
 */
final class GgufAdapter implements Adapter {

  static final int MAX_RANK = 1024;

  private static final int MAX_WIDTH = 1 << 20;
  private static final String A = ".lora_a";
  private static final String B = ".lora_b";

  private final GgufFile file;
  private final Map<String, LowRank> parts = new LinkedHashMap<>();

  private GgufAdapter(GgufFile file, GgufMetadata model) throws ModelException {
    this.file = file;
    GgufMetadata own = file.metadata();
    if (!own.requireText("general.type").equals("adapter")) {
      throw own.wrong("general.type", "it is no adapter; give a model as FILE and not as --lora");
    }
    if (!own.requireText("adapter.type").equals("lora")) {
      throw own.unsupported("adapter.type", "only \"lora\" is supported");
    }
    String architecture = model.requireText("general.architecture");
    if (!own.requireText("general.architecture").equals(architecture)) {
      throw own.wrong("general.architecture", "it is not the model's, which is " + architecture);
    }
    double alpha = own.real("adapter.lora.alpha").orElse(0.0);
    for (GgufTensor tensor : file.tensors().values()) {
      add(tensor, alpha);
    }
  }

  static GgufAdapter open(Path path, GgufMetadata model) throws ModelException {
    GgufFile file = GgufFile.open(path);
    boolean whole = false;
    try {
      GgufAdapter adapter = new GgufAdapter(file, model);
      whole = true;
      return adapter;
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  private void add(GgufTensor a, double alpha) throws ModelException {
    String name = a.name();
    if (name.endsWith(B) && file.tensors().containsKey(name.replace(B, A))) {
      return;
    }
    GgufTensor b = file.tensors().get(name.replace(A, B));
    if (!name.endsWith(A) || b == null || name.startsWith("token_embd")) {
      throw file.unsupported(
          a, "only pairs of NAME.lora_a and NAME.lora_b for matrices of layers are supported");
    }
    check(a);
    check(b);
    int rank = (int) (long) b.shape().get(0);
    if (a.shape().get(1) != rank || rank > MAX_RANK) {
      throw file.wrong(a, "its rank is not that of %s, or above %d".formatted(b, MAX_RANK));
    }
    parts.put(
        name.substring(0, name.length() - A.length()),
        new LowRank(
            rank,
            (int) (long) a.shape().get(0),
            (int) (long) b.shape().get(1),
            (float) (alpha == 0 ? 1 : alpha / rank),
            () -> new LowRank.Factors(floats(a), floats(b))));
  }

  private void check(GgufTensor tensor) throws ModelException {
    boolean dense = WeightFormat.of(tensor.type()).map(WeightFormat::isDense).orElse(false);
    if (!dense) {
      throw file.unsupported(
          tensor, "type %s; supported are F32, F16, BF16".formatted(tensor.type()));
    }
    if (tensor.shape().size() != 2
        || tensor.shape().stream().anyMatch(size -> size < 1 || size > MAX_WIDTH)) {
      throw file.wrong(tensor, "shape %s is no factor's".formatted(tensor.shape()));
    }
  }

  private float[] floats(GgufTensor tensor) throws ModelException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    file.read(tensor, 0, bytes);
    float[] floats = new float[Math.toIntExact(tensor.elements())];
    WeightFormat.of(tensor.type()).orElseThrow().dequantize(bytes.flip(), floats);
    return floats;
  }

  @Override
  public Map<String, LowRank> parts() {
    return Collections.unmodifiableMap(parts);
  }

  @Override
  public boolean hasNeighbouringPairs() {
    return true;
  }

  @Override
  public ModelException wrong(String matrix, String problem) {
    return file.missing(matrix + A, problem);
  }

  @Override
  public void close() throws ModelException {
    file.close();
  }
}
