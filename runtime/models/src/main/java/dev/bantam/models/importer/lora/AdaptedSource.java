package dev.bantam.models.importer.lora;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.source.SourceTokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model with an adapter merged into it: the matrices that the adapter changes are floats here,
 * computed as they are read; all others are the model's own.
 */
public final class AdaptedSource implements ModelSource {

  private static final String LLAMA = "llama";

  private final ModelSource base;
  private final Adapter adapter;
  private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();
  private final Map<String, MatrixSum> sums = new HashMap<>();
  private @Nullable MatrixSum current;

  private AdaptedSource(ModelSource base, Adapter adapter) throws ModelException {
    this.base = base;
    this.adapter = adapter;
    tensors.putAll(base.tensors());
    for (Map.Entry<String, LowRank> part : adapter.parts().entrySet()) {
      change(part.getKey(), part.getValue());
    }
  }

  /**
   * Opens an adapter and checks that it fits the model.
   *
   * @param base is left open
   * @param path a GGUF, or a folder as PEFT saves it
   * @throws ModelException {@code MALFORMED} if the adapter is not sound or is for another model,
   *     {@code UNSUPPORTED} if it is of another kind than LoRA, {@code USAGE} if there is none
   */
  public static AdaptedSource open(ModelSource base, Path path) throws ModelException {
    Adapter adapter =
        Files.isDirectory(path)
            ? PeftAdapter.open(path, base.metadata())
            : GgufAdapter.open(path, base.metadata());
    boolean whole = false;
    try {
      AdaptedSource source = new AdaptedSource(base, adapter);
      whole = true;
      return source;
    } finally {
      if (!whole) {
        adapter.close();
      }
    }
  }

  /** The files of an adapter, which make up what is imported. */
  public static List<Path> files(Path path) {
    return Files.isDirectory(path)
        ? List.of(path.resolve(PeftAdapter.CONFIG), path.resolve(PeftAdapter.WEIGHTS))
        : List.of(path);
  }

  private void change(String name, LowRank part) throws ModelException {
    SourceTensor tensor = base.tensors().get(name);
    if (tensor == null) {
      throw adapter.wrong(name, "the model has no such matrix");
    }
    List<Long> shape = tensor.shape();
    if (shape.size() != 2 || shape.get(0) != part.columns() || shape.get(1) != part.rows()) {
      throw adapter.wrong(
          name,
          "it is for a matrix of %d rows and %d columns, but the model's shape is %s; the adapter is for another model"
              .formatted(part.rows(), part.columns(), shape));
    }
    sums.put(name, new MatrixSum(base, tensor, part, rowOrder(name, part.rows())));
    tensors.put(
        name,
        new SourceTensor(
            name, TensorType.F32, shape, tensor.elements() * TensorType.F32.blockBytes()));
  }

  private RowOrder rowOrder(String name, int rows) throws ModelException {
    boolean same = adapter.hasNeighbouringPairs() == base.hasNeighbouringPairs();
    boolean isQuery = name.endsWith(".attn_q.weight");
    if (same
        || !(isQuery || name.endsWith(".attn_k.weight"))
        || !metadata().requireText("general.architecture").equals(LLAMA)) {
      return row -> row;
    }
    int heads = metadata().requireWhole("llama.attention.head_count", 1, rows);
    if (!isQuery) {
      heads = metadata().whole("llama.attention.head_count_kv", 1, rows).orElse(heads);
    }
    int half = rows / heads / 2;
    if (half == 0 || rows % (2 * heads) != 0) {
      throw adapter.wrong(name, "%d rows are no %d heads".formatted(rows, heads));
    }
    return base.hasNeighbouringPairs()
        ? RowOrder.halvesForNeighbours(half)
        : RowOrder.neighboursForHalves(half);
  }

  /** The type that a matrix had before; empty if the adapter does not change it. */
  public Optional<TensorType> typeBefore(String tensor) {
    return sums.containsKey(tensor)
        ? Optional.ofNullable(base.tensors().get(tensor)).map(SourceTensor::type)
        : Optional.empty();
  }

  @Override
  public GgufMetadata metadata() {
    return base.metadata();
  }

  @Override
  public Map<String, SourceTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The factors of one matrix at a time are kept. */
  @Override
  public void read(SourceTensor tensor, long from, ByteBuffer target) throws ModelException {
    MatrixSum sum = sums.get(tensor.name());
    if (sum == null) {
      base.read(tensor, from, target);
      return;
    }
    if (current != null && current != sum) {
      current.forget();
    }
    current = sum;
    sum.read(from, target);
  }

  @Override
  public SourceTokenizer tokenizer() throws ModelException {
    return base.tokenizer();
  }

  @Override
  public boolean hasNeighbouringPairs() {
    return base.hasNeighbouringPairs();
  }

  @Override
  public ModelException wrong(SourceTensor tensor, String problem) {
    return base.wrong(Objects.requireNonNull(base.tensors().get(tensor.name())), problem);
  }

  @Override
  public ModelException unsupported(SourceTensor tensor, String problem) {
    return base.unsupported(Objects.requireNonNull(base.tensors().get(tensor.name())), problem);
  }

  @Override
  public ModelException missing(String name, String problem) {
    return base.missing(name, problem);
  }

  @Override
  public void close() throws ModelException {
    adapter.close();
  }
}
