package dev.bantam.models.importer.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.store.BlobWriter;
import java.util.List;
import java.util.Optional;

/**
 * A model's tokenizer and what goes with it; the fields are those of {@link
 * dev.bantam.format.DecoderConfig}.
 *
 * @param json the {@code tokenizer.json}
 */
public record SourceTokenizer(
    Content json,
    Optional<Integer> bos,
    boolean addBos,
    List<Integer> stops,
    Optional<String> bosToken,
    Optional<String> eosToken,
    Optional<String> chatTemplate) {

  public SourceTokenizer {
    stops = List.copyOf(stops);
  }

  /** A file's content, known to be sound. */
  @FunctionalInterface
  public interface Content {

    /** Appends all of it. */
    void writeTo(BlobWriter target) throws ModelException;
  }
}
