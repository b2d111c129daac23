package dev.bantam.inference.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file with what was found out of a model, for the next process, in a folder of a few such files.
 * Of processes that write at once, one wins; a killed one leaves a draft that goes with the next
 * that is written. Any thread.
 */
public final class KeptFile {

  private final Path path;
  private final int others;

  private KeptFile(Path path, int others) {
    this.path = path;
    this.others = others;
  }

  /** Writes what is kept. */
  @FunctionalInterface
  public interface Writer {
    /**
     * @param draft an empty file
     */
    void write(Path draft) throws IOException;
  }

  /**
   * The file of what has been found out about something.
   *
   * @param folder where such files are; it need not be there
   * @param identity all that decides what is found
   * @param suffix of all such files
   * @param others files of other models, or other ways to run this one, that stay when it is
   *     written
   */
  public static KeptFile of(Path folder, String identity, String suffix, int others) {
    return of(folder, sha256(identity), suffix, others);
  }

  /**
   * As the other.
   *
   * @param identity its digest
   */
  static KeptFile of(Path folder, byte[] identity, String suffix, int others) {
    return new KeptFile(folder.resolve(HexFormat.of().formatHex(identity) + suffix), others);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Where it is, if anything is kept. */
  public Path path() {
    return path;
  }

  /** Replaces the file as a whole, and removes the oldest others. */
  public void write(Writer writer) throws IOException {
    Path folder = Files.createDirectories(path.resolveSibling(""));
    Path draft = Files.createTempFile(folder, "draft-", "");
    try {
      writer.write(draft);
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    removeOthers(folder);
  }

  /** All but the last written, drafts of killed processes among them. */
  private void removeOthers(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> older =
          all.filter(each -> !each.equals(path))
              .sorted(Comparator.comparing((Path each) -> each.toFile().lastModified()).reversed())
              .skip(others)
              .toList();
      for (Path other : older) {
        Files.deleteIfExists(other);
      }
    }
  }
}
