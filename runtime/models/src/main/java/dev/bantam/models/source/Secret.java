package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A password or token that is read when it is needed, so that it stands nowhere else.
 *
 * @param place the path of a file whose first line it is, or the name of an environment variable
 * @param isFile which of them
 */
public record Secret(String place, boolean isFile) {

  public static Secret inFile(Path file) {
    return new Secret(file.toString(), true);
  }

  public static Secret inVariable(String name) {
    return new Secret(name, false);
  }

  /**
   * Reads it.
   *
   * @throws ModelException USAGE, naming the place, if it is not there
   */
  String read(Map<String, String> environment) throws ModelException {
    String found = isFile ? firstLine() : environment.getOrDefault(place, "").strip();
    if (found.isEmpty() || found.chars().anyMatch(Character::isISOControl)) {
      throw new ModelException(
          Kind.USAGE,
          "there is no token or password in the %s %s"
              .formatted(isFile ? "first line of" : "environment variable", place));
    }
    return found;
  }

  private String firstLine() throws ModelException {
    try {
      return Files.readString(Path.of(place)).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new ModelException(
          Kind.USAGE, "cannot read the token or password in %s".formatted(place), e);
    }
  }
}
