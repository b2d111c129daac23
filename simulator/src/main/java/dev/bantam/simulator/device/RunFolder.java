package dev.bantam.simulator.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a run: its broker, its devices, their logs. Its name says whose it is. Blocking.
 *
 * @param path of the folder
 */
public record RunFolder(Path path) implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
  private static final AtomicInteger RUNS = new AtomicInteger();

  /**
   * Makes one.
   *
   * @param place where the folders of all runs are; {@link Leftovers} looks there
   */
  public static RunFolder create(Path place) throws IOException {
    Path absolute = place.toAbsolutePath();
    Path folder = absolute.resolve(Owner.here() + "." + RUNS.incrementAndGet());
    return new RunFolder(Files.createDirectories(folder));
  }

  /** Deletes it with all that is in it; links are not followed. */
  @Override
  public void close() {
    delete(path);
  }

  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.warn("the folder {} could not be deleted: {}", folder, e.getMessage());
    }
  }
}
