package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** Writes to a staging file, digests on the way, and renames at the end. For one thread. */
final class BlobFileWriter implements BlobWriter {

  private final Path staging;
  private final Path blobs;
  private final FileChannel channel;
  private final Runnable onClose;
  private final MessageDigest digest = Sha256.digest();
  private long position;
  private boolean closed;

  BlobFileWriter(Path staging, Path blobs, Runnable onClose) throws ModelException {
    this.staging = staging;
    this.blobs = blobs;
    this.onClose = onClose;
    try {
      this.channel =
          FileChannel.open(staging, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw Failures.writing(staging, 0, e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws ModelException {
    requireOpen();
    digest.update(bytes.duplicate());
    try {
      while (bytes.hasRemaining()) {
        position += channel.write(bytes);
      }
    } catch (IOException e) {
      ModelException failure = Failures.writing(staging, bytes.remaining(), e);
      close();
      throw failure;
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public Blob commit() throws ModelException {
    requireOpen();
    Blob blob = new Blob(Sha256.hex(digest), position);
    try {
      channel.force(true);
      channel.close();
      publish(staging, blobs.resolve(blob.sha256()));
      return blob;
    } catch (IOException e) {
      throw Failures.writing(staging, 0, e);
    } finally {
      close();
    }
  }

  /**
   * Gives a whole, forced file its final name. A blob of that name is replaced: it has the same
   * bytes, unless it was damaged, and then this heals it.
   */
  static void publish(Path whole, Path target) throws IOException {
    if (!whole.toFile().setReadOnly()) {
      throw new IOException("cannot make " + whole + " read-only");
    }
    Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(target);
  }

  /** Forces the folder of {@code file}, without which a rename may not survive a power cut. */
  static void forceFolder(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent())) {
      folder.force(true);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the blob writer is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
      Files.deleteIfExists(staging);
    } catch (IOException e) {
      // The folder is removed as a whole by its owner, or by the next sweep.
    }
    onClose.run();
  }
}
