package dev.bantam.models.gguf;

import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a GGUF's header from front to back, little-endian, through a small window. Nothing is
 * allocated for a length before the file is known to hold that many bytes and the heap budget to
 * allow them.
 */
final class GgufInput {

  private static final int WINDOW_BYTES = 1 << 16;

  /** What a string takes on the heap beside its characters: object, array, list entry. */
  static final int STRING_OVERHEAD = 64;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowEnd;
  private long heapLeft;

  /**
   * @param heapBudget bytes that all values read may take
   */
  GgufInput(Path file, FileChannel channel, long heapBudget) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.heapLeft = heapBudget;
  }

  long position() {
    return windowEnd - window.remaining();
  }

  long size() {
    return size;
  }

  long remaining() {
    return size - position();
  }

  ModelException malformed(String subject, String problem) {
    return GgufErrors.malformed(file, position(), subject, problem);
  }

  ModelException unsupported(String subject, String problem) {
    return GgufErrors.unsupported(file, position(), subject, problem);
  }

  int unsignedByte(String subject) throws ModelException {
    return need(1, subject).get() & 0xff;
  }

  short int16(String subject) throws ModelException {
    return need(2, subject).getShort();
  }

  int int32(String subject) throws ModelException {
    return need(4, subject).getInt();
  }

  long int64(String subject) throws ModelException {
    return need(8, subject).getLong();
  }

  /**
   * Reads the number of things that follow.
   *
   * @param leastBytes what each takes in the file at least
   * @param heapBytes what each takes on the heap at least; charged to the budget
   */
  int count(String subject, long leastBytes, long heapBytes) throws ModelException {
    long count = int64(subject);
    if (count < 0 || count > remaining() / leastBytes) {
      throw malformed(
          subject,
          "it announces %s entries, but only %d bytes follow"
              .formatted(Long.toUnsignedString(count), remaining()));
    }
    charge(subject, Math.multiplyExact(count, heapBytes));
    return Math.toIntExact(count);
  }

  /** Reads a length and that many bytes of UTF-8. */
  String string(String subject, long maxBytes) throws ModelException {
    long length = int64(subject);
    if (length < 0 || length > remaining()) {
      throw malformed(
          subject,
          "a string announces %s bytes, but only %d follow"
              .formatted(Long.toUnsignedString(length), remaining()));
    }
    if (length > maxBytes) {
      throw malformed(
          subject, "a string has %d bytes; at most %d are allowed".formatted(length, maxBytes));
    }
    charge(subject, STRING_OVERHEAD + 2 * length);
    byte[] bytes = new byte[Math.toIntExact(length)];
    read(bytes, subject);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(subject, "a string of %d bytes is not valid UTF-8".formatted(length));
    }
  }

  /** Takes {@code bytes} off the heap budget before they are allocated. */
  void charge(String subject, long bytes) throws ModelException {
    if (bytes > heapLeft) {
      throw malformed(
          subject,
          "the header would need more memory than it may have (%d bytes more than are left)"
              .formatted(bytes - heapLeft));
    }
    heapLeft -= bytes;
  }

  private void read(byte[] target, String subject) throws ModelException {
    int done = 0;
    while (done < target.length) {
      int step = Math.min(target.length - done, WINDOW_BYTES);
      need(step, subject).get(target, done, step);
      done += step;
    }
  }

  private ByteBuffer need(int bytes, String subject) throws ModelException {
    if (window.remaining() < bytes) {
      fill();
      if (window.remaining() < bytes) {
        throw malformed(
            subject, "the file ends here, where %d more bytes are needed".formatted(bytes));
      }
    }
    return window;
  }

  private void fill() throws ModelException {
    window.compact();
    try {
      int read;
      do {
        read = channel.read(window, windowEnd);
        windowEnd += Math.max(read, 0);
      } while (read > 0 && window.hasRemaining());
    } catch (IOException e) {
      throw GgufErrors.failedRead(file, e);
    } finally {
      window.flip();
    }
  }
}
