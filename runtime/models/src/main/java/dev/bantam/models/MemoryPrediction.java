package dev.bantam.models;

import dev.bantam.format.CachePrecision;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.DecoderMemory.GraphForm;
import dev.bantam.format.EncoderConfig;
import dev.bantam.format.EncoderMemory;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.MemoryFigures;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.models.importer.onnx.GraphMemory;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
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
   * What a catalog can say of a version's memory: of what is as published first, then of what has
   * fewer and fewer bits. Blocking.
   *
   * @param variants of one version
   * @return empty if nothing is predicted of them
   */
  public static Optional<MemoryFigures> figures(List<ModelFiles> variants) throws ModelException {
    Optional<MemoryFigures.Decoder> decoder = Optional.empty();
    Optional<MemoryFigures.Encoder> encoder = Optional.empty();
    Map<String, MemoryFigures.Variant> figures = new LinkedHashMap<>();
    List<ModelFiles> ordered =
        variants.stream()
            .sorted(
                Comparator.comparing(
                    files -> Quantization.ofVariant(files.reference().variant().orElse(""))))
            .toList();
    for (ModelFiles files : ordered) {
      String name = files.reference().variant().orElseThrow();
      Optional<DecoderMemory> asDecoder = of(files);
      Optional<EncoderMemory> asEncoder = ofEncoder(files, false);
      if (asDecoder.isPresent()) {
        decoder = asDecoder.map(memory -> MemoryFigures.Decoder.of(memory.config()));
        figures.put(name, figures(asDecoder.get()));
      } else if (asEncoder.isPresent()) {
        encoder = asEncoder.map(memory -> MemoryFigures.Encoder.of(memory.config()));
        figures.put(name, figures(files, asEncoder.get().weights()));
      }
    }
    return figures.isEmpty()
        ? Optional.empty()
        : Optional.of(new MemoryFigures(decoder, encoder, figures));
  }

  private static MemoryFigures.Variant figures(DecoderMemory memory) {
    return new MemoryFigures.Variant(
        memory.weights(),
        Optional.empty(),
        Optional.of(memory.graph()).filter(form -> !form.equals(GraphForm.OWN)));
  }

  private static MemoryFigures.Variant figures(ModelFiles encoder, long weights)
      throws ModelException {
    Path single = encoder.files().get(ModelFiles.SINGLE_TEXT_GRAPH);
    return new MemoryFigures.Variant(
        weights,
        single == null ? Optional.empty() : Optional.of(GraphMemory.weights(single)),
        Optional.empty());
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
