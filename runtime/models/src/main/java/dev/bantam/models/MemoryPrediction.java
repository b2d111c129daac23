package dev.bantam.models;

import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.models.importer.onnx.GraphMemory;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Path;
import java.util.Optional;

/** What an installed model will take in memory, by its configuration and its graph. */
public final class MemoryPrediction {

  private MemoryPrediction() {}

  /**
   * Reads the files, and loads nothing. Blocking.
   *
   * @return empty for what is no decoder, of which nothing is predicted
   * @throws ModelException {@code CORRUPT} or {@code MALFORMED} if a file is damaged
   */
  public static Optional<DecoderMemory> of(ModelFiles files) throws ModelException {
    Path config = files.files().get(ModelFiles.CONFIG);
    Path graph = files.files().get(ModelFiles.GRAPH);
    if (config == null || graph == null) {
      return Optional.empty();
    }
    Optional<DecoderConfig> decoder = ConfigJson.readDecoder(config);
    return decoder.isPresent()
        ? Optional.of(GraphMemory.of(decoder.get(), graph))
        : Optional.empty();
  }
}
