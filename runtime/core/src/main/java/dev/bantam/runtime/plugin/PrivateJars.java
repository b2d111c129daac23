package dev.bantam.runtime.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies of a plugin's jars, which nobody writes to while they are open. Blocking.
 *
 * @param folder holds them; goes with the process that made it
 * @param copies the copy of each jar, in the jars' order
 */
record PrivateJars(OwnFolder folder, Map<Path, Path> copies) {

  /**
   * Makes the copies.
   *
   * @param name the plugin's
   */
  static PrivateJars of(String name, List<Path> jars) throws IOException {
    PrivateJars made = new PrivateJars(OwnFolder.create(name), new LinkedHashMap<>());
    try {
      made.folder.removeDeadOnes();
      for (Path jar : jars) {
        Path copy = made.folder.path().resolve(String.valueOf(jar.getFileName()));
        made.copies.put(jar, copy);
        Files.copy(jar, copy);
      }
      return made;
    } catch (IOException e) {
      made.delete();
      throw e;
    }
  }

  URL[] urls() throws MalformedURLException {
    URL[] urls = new URL[copies.size()];
    int next = 0;
    for (Path copy : copies.values()) {
      urls[next++] = copy.toUri().toURL();
    }
    return urls;
  }

  /** Deletes them, after they were closed; again, it does nothing. */
  void delete() throws IOException {
    folder.close();
  }
}
