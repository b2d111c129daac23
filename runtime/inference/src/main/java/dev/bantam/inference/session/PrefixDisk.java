package dev.bantam.inference.session;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where beginnings of prompts outlive the process: a file for each model and each way to run it.
 * Its name and its head hold the {@link RunIdentity}, to which the form of a block belongs, too.
 *
 * @param folder of the files, which is created
 * @param mostBytes of a file
 * @param files of the model
 * @param context it is loaded with
 */
public record PrefixDisk(Path folder, long mostBytes, ModelFiles files, LoadContext context) {

  private static final Logger LOG = LoggerFactory.getLogger(PrefixDisk.class);

  private static final String SUFFIX = ".prefixes";

  /** Of other models, or of this one run in another way: for a swap that goes back. */
  private static final int OTHERS_KEPT = 1;

  /**
   * Opens the model's file.
   *
   * @param graph that is run
   * @return empty if nothing can be kept; the log says why
   */
  Optional<PrefixFile> open(Path graph, PrefixFile.Form form) {
    try {
      byte[] key = RunIdentity.digest(files, graph, context, Map.of("(form)", form.toString()));
      String name = HexFormat.of().formatHex(key);
      Files.createDirectories(folder);
      Optional<PrefixFile> file =
          PrefixFile.open(folder.resolve(name + SUFFIX), key, form, mostBytes);
      removeOthers(name + SUFFIX);
      return file;
    } catch (IOException | TaskException e) {
      LOG.warn("no beginnings of prompts are kept on disk: {}", e.toString());
      return Optional.empty();
    }
  }

  /** All but the last used. */
  private void removeOthers(String own) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> others =
          all.filter(file -> file.toString().endsWith(SUFFIX))
              .filter(file -> !file.endsWith(own))
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .skip(OTHERS_KEPT)
              .toList();
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
  }
}
