package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufFile;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.GgufTensor;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.source.SourceTokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A GGUF, whose names and forms are the common ones already. */
final class GgufSource implements ModelSource {

  private final GgufFile file;
  private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();

  private GgufSource(GgufFile file) {
    this.file = file;
    for (GgufTensor tensor : file.tensors().values()) {
      tensors.put(
          tensor.name(),
          new SourceTensor(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes()));
    }
  }

  /** Opens a file, as {@link GgufFile#open}. */
  static GgufSource open(Path file) throws ModelException {
    return new GgufSource(GgufFile.open(file));
  }

  @Override
  public GgufMetadata metadata() {
    return file.metadata();
  }

  @Override
  public Map<String, SourceTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(SourceTensor tensor, long from, ByteBuffer target) throws ModelException {
    file.read(inFile(tensor), from, target);
  }

  @Override
  public SourceTokenizer tokenizer() throws ModelException {
    return GgufTokenizer.of(metadata());
  }

  @Override
  public boolean hasNeighbouringPairs() {
    return true;
  }

  @Override
  public ModelException wrong(SourceTensor tensor, String problem) {
    return file.wrong(inFile(tensor), problem);
  }

  @Override
  public ModelException unsupported(SourceTensor tensor, String problem) {
    return file.unsupported(inFile(tensor), problem);
  }

  @Override
  public ModelException missing(String name, String problem) {
    return file.missing(name, problem);
  }

  @Override
  public void close() throws ModelException {
    file.close();
  }

  private GgufTensor inFile(SourceTensor tensor) {
    return Objects.requireNonNull(file.tensors().get(tensor.name()));
  }
}
