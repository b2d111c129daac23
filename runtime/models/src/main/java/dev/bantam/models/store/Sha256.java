package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256 of files and streams, in lower-case hexadecimal. */
public final class Sha256 {

  private static final int BUFFER_BYTES = 1 << 20;

  private Sha256() {}

  /** A fresh digest. Every Java platform has SHA-256. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the digest and gives it as 64 hexadecimal characters. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of bytes in memory. */
  public static String of(byte[] bytes) {
    MessageDigest digest = digest();
    digest.update(bytes);
    return hex(digest);
  }

  /**
   * Reads a file from end to end.
   *
   * @param progress told the number of bytes read so far
   * @throws ModelException INTERRUPTED if the thread is interrupted, IO if the file cannot be read
   */
  public static String of(Path file, LongConsumer progress) throws ModelException {
    MessageDigest digest = digest();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long done = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        done += buffer.remaining();
        digest.update(buffer);
        buffer.clear();
        progress.accept(done);
      }
    } catch (ClosedByInterruptException e) {
      throw new ModelException(
          ModelException.Kind.INTERRUPTED, "interrupted while reading " + file, e);
    } catch (IOException e) {
      throw new ModelException(
          ModelException.Kind.IO, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
    return hex(digest);
  }
}
