package dev.bantam.plugins.textencoding;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a model wants in front of texts of a kind.
 *
 * @param prefixes by kind
 */
record Kinds(Map<String, String> prefixes) {

  static final String QUERY = "query";
  static final String PASSAGE = "passage";

  /**
   * The request's {@code kind}. Every model takes {@code query} and {@code passage}; one that does
   * not know them puts nothing in front.
   */
  Optional<String> read(RequestBody body) throws TaskException {
    Optional<String> kind = body.optionalText("kind");
    TreeSet<String> known = new TreeSet<>(prefixes.keySet());
    known.add(QUERY);
    known.add(PASSAGE);
    if (kind.isPresent() && !known.contains(kind.get())) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "\"kind\" is \"%s\"; this model knows: %s"
              .formatted(kind.get(), String.join(", ", known)));
    }
    return kind;
  }

  /** In front of a text of this kind; nothing without one. */
  String prefix(Optional<String> kind) {
    return kind.map(name -> prefixes.getOrDefault(name, "")).orElse("");
  }

  /**
   * In front of texts that are compared with texts of their own kind. Models that were trained with
   * both prefixes (E5) want the query's there, as their authors say; others want none.
   */
  String alike() {
    return prefixes.containsKey(QUERY) && prefixes.containsKey(PASSAGE)
        ? prefixes.getOrDefault(QUERY, "")
        : "";
  }
}
