package dev.bantam.models.importer.onnx;

import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a protobuf file piece by piece through a small window; what is skipped is not read. Format:
 * protobuf.dev, "Encoding".
 */
final class ProtobufInput implements AutoCloseable {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int WINDOW = 1 << 16;
  private static final int MOST_VARINT_BYTES = 10;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);

  /** Byte of the file at which the window begins. */
  private long windowStart;

  ProtobufInput(Path file) throws ModelException {
    this.file = file;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      size = channel.size();
    } catch (IOException e) {
      throw OnnxErrors.failedRead(file, e);
    }
  }

  long size() {
    return size;
  }

  long position() {
    return windowStart + window.position();
  }

  void seek(long position) {
    long inWindow = position - windowStart;
    if (inWindow >= 0 && inWindow <= window.limit()) {
      window.position((int) inWindow);
    } else {
      windowStart = position;
      window.limit(0);
    }
  }

  /**
   * A number of variable length.
   *
   * @param end byte of the file at which the enclosing message ends
   */
  long varint(long end) throws ModelException {
    long value = 0;
    for (int i = 0; i < MOST_VARINT_BYTES; i++) {
      int next = next(end);
      value |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw OnnxErrors.malformed(file, "a number at byte %d has no end".formatted(position()));
  }

  private int next(long end) throws ModelException {
    if (position() >= end) {
      throw OnnxErrors.malformed(file, "it ends within a number, at byte %d".formatted(position()));
    }
    if (!window.hasRemaining()) {
      fill();
    }
    return window.get() & 0xff;
  }

  /** All of a short field. */
  byte[] bytes(int length) throws ModelException {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      if (!window.hasRemaining()) {
        fill();
      }
      int part = Math.min(length - done, window.remaining());
      window.get(bytes, done, part);
      done += part;
    }
    return bytes;
  }

  private void fill() throws ModelException {
    windowStart = position();
    window.clear();
    try {
      if (channel.read(window, windowStart) <= 0) {
        throw OnnxErrors.malformed(file, "it has become shorter");
      }
    } catch (IOException e) {
      throw OnnxErrors.failedRead(file, e);
    } finally {
      window.flip();
    }
  }

  @Override
  public void close() throws ModelException {
    try {
      channel.close();
    } catch (IOException e) {
      throw OnnxErrors.failedRead(file, e);
    }
  }
}
