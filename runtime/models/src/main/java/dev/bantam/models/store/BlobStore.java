package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The blobs below one folder: {@code blobs/sha256/<digest>}, with unfinished ones in {@code
 * .staging}. A file that has a blob's name is whole: it was forced to disk and then renamed.
 *
 * <p>Blobs that no installed model names are removed by {@link #sweep}, unless work is in progress.
 * So whoever writes several blobs that only make sense together does it in one {@link Work}.
 */
public final class BlobStore implements BlobSink {

  private static final int COPY_BYTES = 1 << 20;

  private final Path blobs;
  private final Staging staging;

  private BlobStore(Path root) {
    this.blobs = root.resolve("blobs").resolve("sha256");
    this.staging = new Staging(root.resolve(Staging.FOLDER));
  }

  /** The store below {@code root}, which is created if absent. */
  public static BlobStore open(Path root) throws ModelException {
    BlobStore store = new BlobStore(root.toAbsolutePath().normalize());
    try {
      Files.createDirectories(store.blobs);
    } catch (IOException e) {
      throw Failures.writing(store.blobs, 0, e);
    }
    return store;
  }

  /** Names which blobs are in use. */
  @FunctionalInterface
  public interface Usage {

    /** Digests of all blobs that installed models name. */
    Set<String> digests() throws ModelException;
  }

  /**
   * One operation that writes blobs. As long as it is open, no sweep removes any blob; what it left
   * unfinished goes when it is closed, or when a later sweep finds its process dead.
   */
  public final class Work implements BlobSink, AutoCloseable {

    private final Staging.Folder folder;
    private int writers;

    private Work(Staging.Folder folder) {
      this.folder = folder;
    }

    @Override
    public BlobWriter open() throws ModelException {
      writers++;
      return new BlobFileWriter(folder.path().resolve("blob-" + writers), blobs, () -> {});
    }

    /** A folder for other unfinished files; goes with the work. */
    public Path folder() {
      return folder.path();
    }

    @Override
    public void close() {
      folder.close();
    }
  }

  public Work begin() throws ModelException {
    return new Work(staging.open());
  }

  /** A blob in a {@link Work} of its own. */
  @Override
  public BlobWriter open() throws ModelException {
    Staging.Folder folder = staging.open();
    try {
      return new BlobFileWriter(folder.path().resolve("blob"), blobs, folder::close);
    } catch (ModelException e) {
      folder.close();
      throw e;
    }
  }

  /** Where a blob lies; the file need not exist. */
  public Path path(String sha256) {
    return blobs.resolve(sha256);
  }

  /** Copies a file into the store. */
  public static Blob copy(Path file, BlobSink sink) throws ModelException {
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    try (FileChannel channel = FileChannel.open(file);
        BlobWriter writer = sink.open()) {
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        writer.write(buffer);
        buffer.clear();
      }
      return writer.commit();
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  /**
   * Blobs that nobody needs.
   *
   * @param blobs how many
   * @param bytes of all
   */
  public record Unused(int blobs, long bytes) {}

  /**
   * Removes what dead processes left, and, if no work is in progress, all blobs that {@code usage}
   * does not name.
   *
   * @return what was removed; empty if blobs stay because work is in progress
   */
  public Optional<Unused> sweep(Usage usage) throws ModelException {
    try (FileLocks.Held gate = staging.gate()) {
      if (!staging.removeDead()) {
        return Optional.empty();
      }
      List<Path> unused = unusedFiles(usage);
      Unused found = sum(unused);
      for (Path blob : unused) {
        Files.deleteIfExists(blob);
      }
      return Optional.of(found);
    } catch (IOException e) {
      throw untidy(e);
    }
  }

  /** What is there that {@code usage} does not name; of work in progress, too. */
  public Unused unused(Usage usage) throws ModelException {
    try {
      return sum(unusedFiles(usage));
    } catch (IOException e) {
      throw untidy(e);
    }
  }

  private List<Path> unusedFiles(Usage usage) throws ModelException, IOException {
    Set<String> used = usage.digests();
    try (Stream<Path> listing = Files.list(blobs)) {
      return listing.filter(blob -> !used.contains(blob.getFileName().toString())).toList();
    }
  }

  private static Unused sum(List<Path> files) {
    return new Unused(files.size(), files.stream().mapToLong(file -> file.toFile().length()).sum());
  }

  private ModelException untidy(IOException e) {
    return new ModelException(
        Kind.IO, "cannot tidy %s: %s".formatted(blobs, Failures.reason(e)), e);
  }

  /**
   * Writes a small file so that a reader, or a power cut, finds the old one or the new one, whole.
   */
  public void replaceFile(Work work, Path target, byte[] content) throws ModelException {
    Path temporary = work.folder().resolve("file-" + target.getFileName());
    try {
      Files.write(temporary, content);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      BlobFileWriter.forceFolder(target);
    } catch (IOException e) {
      throw Failures.writing(target, content.length, e);
    }
  }
}
