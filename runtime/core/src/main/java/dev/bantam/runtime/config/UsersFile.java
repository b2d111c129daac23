package dev.bantam.runtime.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may enter the device's own broker: a line {@code name:password} each, the password as it is
 * or as its hash; empty lines and such as start with {@code #} do not count.
 */
public final class UsersFile {

  private UsersFile() {}

  /**
   * Passwords by name. Blocking.
   *
   * @throws IOException saying what is wrong, without a word of what stands in the file
   */
  public static Map<String, String> read(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IOException("there is no readable file " + file, e);
    }
    Map<String, String> users = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        int colon = line.indexOf(':');
        if (colon < 1 || colon == line.length() - 1) {
          throw new IOException(
              "line %d of %s must be a name, a colon and a password".formatted(i + 1, file));
        }
        if (users.put(line.substring(0, colon), line.substring(colon + 1)) != null) {
          throw new IOException(
              "line %d of %s has a name that stands in it before".formatted(i + 1, file));
        }
      }
    }
    if (users.isEmpty()) {
      throw new IOException(
          "%s names nobody; write a line name:password for each who may enter".formatted(file));
    }
    return users;
  }
}
