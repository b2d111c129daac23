package dev.bantam.plugins.textencoding;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.List;
import java.util.Optional;

/** Reads the texts of a request. */
final class Texts {

  /** Texts of one request; their results are held until all are there. */
  static final int MOST = 10_000;

  private static final String PLAIN = "prompt";

  private Texts() {}

  /**
   * {@code text}, {@code texts} or OpenAI's {@code input}; of a plain payload the whole. Texts may
   * be empty, the list not.
   */
  static List<String> read(RequestBody body) throws TaskException {
    for (String field : List.of("texts", "text", "input", PLAIN)) {
      if (body.has(field)) {
        return bounded(field, body.texts(field));
      }
    }
    throw invalid("\"text\" is missing; send \"text\", a string, or \"texts\", a list of strings");
  }

  /** A list that must be there. */
  static List<String> list(RequestBody body, String field) throws TaskException {
    if (!body.has(field)) {
      throw invalid("\"%s\" is missing; send a list of strings".formatted(field));
    }
    return bounded(field, body.texts(field));
  }

  private static List<String> bounded(String field, List<String> texts) throws TaskException {
    if (texts.isEmpty()) {
      throw invalid("\"%s\" is an empty list; send at least one text".formatted(field));
    }
    if (texts.size() > MOST) {
      throw invalid(
          "\"%s\" has %d texts, more than the %d that one request may have; send several requests"
              .formatted(field, texts.size(), MOST));
    }
    return texts;
  }

  /** The payload, if it was plain text. */
  static Optional<String> plain(RequestBody body) throws TaskException {
    return body.optionalText(PLAIN);
  }

  static TaskException invalid(String message) {
    return new TaskException(ErrorCode.INVALID_REQUEST, message);
  }
}
