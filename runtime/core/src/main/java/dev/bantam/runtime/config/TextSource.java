package dev.bantam.runtime.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a text such as a password is. What is in a file or in the environment is read each time it
 * is needed and never kept, so that it can change without a restart, and stands in no log.
 */
public sealed interface TextSource {

  /** The configuration says it itself. */
  record Given(String text) implements TextSource {
    @Override
    public String read() {
      return text;
    }

    @Override
    public String place() {
      return "\"" + text + "\"";
    }
  }

  /**
   * A file whose first line it is.
   *
   * @param key the configuration's key, for messages
   */
  record InFile(String key, Path file) implements TextSource {
    @Override
    public String read() throws IOException {
      try (Stream<String> lines = Files.lines(file)) {
        return lines.findFirst().orElse("");
      } catch (IOException | java.io.UncheckedIOException e) {
        throw new IOException(
            "cannot read %s %s: %s; it must be readable for the user that runs bantam"
                .formatted(key, file, e),
            e);
      }
    }

    @Override
    public String place() {
      return "the first line of %s %s, which is read again at each attempt".formatted(key, file);
    }
  }

  /**
   * An environment variable.
   *
   * @param key the configuration's key, for messages
   */
  record InVariable(String key, String name) implements TextSource {
    @Override
    public String read() throws IOException {
      String value = System.getenv(name);
      if (value == null) {
        throw new IOException(
            "%s names the environment variable %s, which is not set; set it where bantam is started"
                .formatted(key, name));
      }
      return value;
    }

    @Override
    public String place() {
      return "the environment variable %s, named by %s".formatted(name, key);
    }
  }

  /**
   * The text right now. Blocking.
   *
   * @throws IOException naming the place and what to do
   */
  String read() throws IOException;

  /** Where it is, in words for a message. */
  String place();
}
