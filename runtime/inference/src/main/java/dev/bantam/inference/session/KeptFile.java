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

  /** Files of other models, or other ways to run this one, that stay. */
  private static final int OTHERS_KEPT = 8;

  private final Path path;

  private KeptFile(Path path) {
    this.path = path;
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
   */
  public static KeptFile of(Path folder, String identity, String suffix) {
    return of(folder, sha256(identity), suffix);
  }

  /**
   * As the other.
   *
   * @param identity its digest
   */
  static KeptFile of(Path folder, byte[] identity, String suffix) {
    return new KeptFile(folder.resolve(HexFormat.of().formatHex(identity) + suffix));
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
      List<Path> others =
          all.filter(each -> !each.equals(path))
              .sorted(Comparator.comparing((Path each) -> each.toFile().lastModified()).reversed())
              .skip(OTHERS_KEPT)
              .toList();
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
  }
}
