package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.safetensors.NameTable.Target;
import dev.bantam.models.importer.safetensors.Shards.Located;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.source.SourceTokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A folder as transformers saves it, seen as llama.cpp's converter would have written it. */
public final class SafetensorsSource implements ModelSource {

  private static final String HEAD = "output.weight";

  private final Path folder;
  private final TransformersConfig config;
  private final Family family;
  private final GgufMetadata metadata;
  private final Shards shards;
  private final TransposedBands bands = new TransposedBands();
  private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();
  private final Map<String, TensorView> views = new LinkedHashMap<>();
  private final Map<String, Located> origins = new LinkedHashMap<>();

  private SafetensorsSource(Path folder, TransformersConfig root, Shards shards)
      throws ModelException {
    this.folder = folder;
    this.shards = shards;
    this.family = Families.of(root);
    this.config = root.object("text_config").orElse(root);
    Translation translation = new Translation(config, family.architecture());
    family.keys().translate(translation);
    this.metadata = translation.metadata();
    boolean tied = root.flag("tie_word_embeddings").orElse(false);
    for (Located located : shards.tensors().values()) {
      if (!family.names().ignores(located.tensor().name())) {
        add(located, tied);
      }
    }
    translation.tensors().forEach(this::put);
    checkHead(root);
  }

  /**
   * Opens a folder and checks its configuration and all headers.
   *
   * @throws ModelException {@code MALFORMED} if something in it is not sound, {@code UNSUPPORTED}
   *     if its family or a type is not supported, {@code USAGE} if a file is missing
   */
  public static SafetensorsSource open(Path folder) throws ModelException {
    TransformersConfig config = TransformersConfig.read(folder.resolve(ModelFolder.CONFIG));
    Shards shards = Shards.open(folder);
    boolean whole = false;
    try {
      SafetensorsSource source = new SafetensorsSource(folder, config, shards);
      whole = true;
      return source;
    } finally {
      if (!whole) {
        shards.close();
      }
    }
  }

  private void add(Located located, boolean tied) throws ModelException {
    String stored = located.tensor().name();
    Optional<Target> target = family.names().target(stored);
    String name = target.map(Target::name).orElse(stored);
    if (tied && name.equals(HEAD)) {
      return; // the embedding serves, whatever this is
    }
    if (origins.put(name, located) != null) {
      throw located.malformed("another tensor has the same meaning");
    }
    put(name, view(located, target.map(Target::form).orElse(NameTable.Form.SAME)));
  }

  private void put(String name, TensorView view) {
    views.put(name, view);
    tensors.put(name, new SourceTensor(name, view.type(), view.shape(), view.bytes()));
  }

  private TensorView view(Located located, NameTable.Form form) throws ModelException {
    StoredTensor tensor = located.tensor();
    TensorType type =
        tensor
            .dtype()
            .type()
            .orElseThrow(
                () ->
                    located.unsupported(
                        "dtype %s is not supported; supported are %s"
                            .formatted(tensor.dtype(), Dtype.importable())));
    TensorView view = TensorView.stored(located.file(), tensor, type);
    return switch (form) {
      case SAME -> view;
      case LESS_ONE -> view.plus(1);
      case TRANSPOSED -> view.shape().size() == 2 ? view.transposed(bands) : view;
      case HEAD_BY_HEAD -> partByPart(located, view);
      case BEHIND_PADDING -> behindPadding(located, view);
    };
  }

  private TensorView behindPadding(Located located, TensorView view) throws ModelException {
    int first = EncoderFamilies.firstPosition(config);
    if (view.shape().size() != 2 || view.shape().get(1) <= first) {
      throw located.malformed("it is no table with more than %d rows".formatted(first));
    }
    return view.fromRow(first);
  }

  /** Stored block {@code 3 * head + part} comes to place {@code part * heads + head}. */
  private TensorView partByPart(Located located, TensorView view) throws ModelException {
    int heads = metadata.requireWhole(family.architecture() + ".attention.head_count", 1, 1024);
    long rows = view.shape().isEmpty() ? 0 : view.shape().get(view.shape().size() - 1);
    if (rows == 0 || rows % (3L * heads) != 0 || rows > Integer.MAX_VALUE) {
      throw located.malformed(
          "%d rows are no queries, keys and values of %d heads".formatted(rows, heads));
    }
    return view.reordered((int) (rows / (3L * heads)), place -> place % heads * 3 + place / heads);
  }

  /** Where nothing is said of the head, its absence means that the embedding serves. */
  private void checkHead(TransformersConfig root) throws ModelException {
    boolean untied = !family.isEncoder() && !root.flag("tie_word_embeddings").orElse(true);
    if (untied && !tensors.containsKey(HEAD)) {
      throw missing(HEAD, "the tensor is missing, and config.json has tie_word_embeddings false");
    }
  }

  /** Whether the family is one of encoders, which have no language-model head. */
  public boolean isEncoder() {
    return family.isEncoder();
  }

  /** The folder's {@code config.json}. */
  public TransformersConfig config() {
    return config;
  }

  /** The folder itself. */
  public Path folder() {
    return folder;
  }

  @Override
  public GgufMetadata metadata() {
    return metadata;
  }

  @Override
  public Map<String, SourceTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(SourceTensor tensor, long from, ByteBuffer target) throws ModelException {
    Objects.requireNonNull(views.get(tensor.name())).reader().read(from, target);
  }

  @Override
  public SourceTokenizer tokenizer() throws ModelException {
    return FolderTokenizer.read(folder, config);
  }

  /** transformers keeps the rows of Q and K as the models were trained. */
  @Override
  public boolean hasNeighbouringPairs() {
    return false;
  }

  @Override
  public ModelException wrong(SourceTensor tensor, String problem) {
    Located origin = origins.get(tensor.name());
    return origin == null
        ? config.malformed("the tensor computed from it, " + tensor.name(), problem)
        : origin.malformed(problem);
  }

  @Override
  public ModelException unsupported(SourceTensor tensor, String problem) {
    Located origin = origins.get(tensor.name());
    return origin == null
        ? config.unsupported("the tensor computed from it, " + tensor.name(), problem)
        : origin.unsupported(problem);
  }

  @Override
  public ModelException missing(String name, String problem) {
    return FolderErrors.malformed(folder, family.names().storedName(name).orElse(name), problem);
  }

  @Override
  public void close() throws ModelException {
    shards.close();
  }
}
