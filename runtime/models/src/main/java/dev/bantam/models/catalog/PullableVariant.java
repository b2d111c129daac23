package dev.bantam.models.catalog;

import dev.bantam.format.CachePrecision;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.DecoderMemory.GraphForm;
import dev.bantam.format.EncoderMemory;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A variant that a pull makes of a model of the catalog, of which its memory is known before.
 *
 * @param reference with version and variant
 * @param size what is fetched for it, in bytes
 * @param model figures of the model
 * @param figures those of the variant
 */
public record PullableVariant(
    ModelReference reference, long size, MemoryFigures model, MemoryFigures.Variant figures) {

  private static final GraphForm BYTES =
      new GraphForm(Byte.BYTES, false, OptionalInt.empty(), false, false);

  /**
   * What it takes as a decoder.
   *
   * @param settings the slot's, which may choose the precision of the cache
   * @return empty if it is none, or cannot be as the settings want it
   */
  public Optional<DecoderMemory> decoder(Map<String, String> settings) {
    if (model.decoder().isEmpty()) {
      return Optional.empty();
    }
    DecoderConfig config = model.decoder().get().config();
    try {
      return switch (CachePrecision.of(settings)) {
        case FLOAT ->
            Optional.of(
                new DecoderMemory(
                    config, figures.weights(), figures.graph().orElse(GraphForm.OWN)));
        case INT8 ->
            figures.graph().isPresent()
                ? Optional.empty()
                : Optional.of(new DecoderMemory(config, figures.weights() + scales(config), BYTES));
      };
    } catch (TaskException e) {
      return Optional.empty();
    }
  }

  /** A cache of bytes has a scale for each element of keys and values, which the graph holds. */
  private static long scales(DecoderConfig config) {
    return 2L * config.layers() * config.kvHeads() * config.headSize() * Float.BYTES;
  }

  /**
   * What it takes as an encoder; empty if it is none.
   *
   * @param alone whether a text that comes alone runs in a session of its own, on several threads
   */
  public Optional<EncoderMemory> encoder(boolean alone) {
    long single = alone ? figures.singleTextWeights().orElse(figures.weights()) : 0;
    return model
        .encoder()
        .map(sizes -> new EncoderMemory(sizes.config(), figures.weights() + single));
  }
}
