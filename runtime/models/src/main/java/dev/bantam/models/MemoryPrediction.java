package dev.bantam.models;

import dev.bantam.format.CachePrecision;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.EncoderConfig;
import dev.bantam.format.EncoderMemory;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.models.importer.onnx.GraphMemory;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What an installed model will take in memory, by its configuration and its graph. */
public final class MemoryPrediction {

  private MemoryPrediction() {}

  /** As {@link #of(ModelFiles, Map)}, of a slot without settings. */
  public static Optional<DecoderMemory> of(ModelFiles files) throws ModelException {
    return of(files, Map.of());
  }

  /**
   * Of an encoder, as {@link #of} of a decoder.
   *
   * @param alone whether a text that comes alone runs in a session of its own, on several threads
   */
  public static Optional<EncoderMemory> ofEncoder(ModelFiles files, boolean alone)
      throws ModelException {
    Path config = files.files().get(ModelFiles.CONFIG);
    Path graph = files.files().get(ModelFiles.GRAPH);
    if (config == null || graph == null) {
      return Optional.empty();
    }
    Optional<EncoderConfig> encoder = ConfigJson.readEncoder(config);
    if (encoder.isEmpty()) {
      return Optional.empty();
    }
    long weights = GraphMemory.weights(graph);
    if (alone) {
      Path single = files.files().getOrDefault(ModelFiles.SINGLE_TEXT_GRAPH, graph);
      weights += GraphMemory.weights(single);
    }
    return Optional.of(new EncoderMemory(encoder.get(), weights));
  }

  /**
   * Reads the files, and loads nothing. Blocking.
   *
   * @param settings the slot's, which may choose the precision of the cache
   * @return empty for what is no decoder, of which nothing is predicted
   * @throws ModelException {@code CORRUPT} or {@code MALFORMED} if a file is damaged; {@code USAGE}
   *     if the model has no graph as the settings want it
   */
  public static Optional<DecoderMemory> of(ModelFiles files, Map<String, String> settings)
      throws ModelException {
    Path config = files.files().get(ModelFiles.CONFIG);
    if (config == null || !files.files().containsKey(ModelFiles.GRAPH)) {
      return Optional.empty();
    }
    Optional<DecoderConfig> decoder = ConfigJson.readDecoder(config);
    if (decoder.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path graph = CachePrecision.graph(files, settings);
      return Optional.of(GraphMemory.of(decoder.get(), graph));
    } catch (TaskException e) {
      throw new ModelException(Kind.USAGE, e.text(), e);
    }
  }
}
