package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * One open safetensors file: eight bytes with the header's length, the header, the data. Files of
 * any size work.
 */
final class SafetensorsFile implements AutoCloseable {

  private static final int PREFIX = Long.BYTES;
  private static final long MAX_HEADER = 32L << 20;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFile(Path file, FileChannel channel, Map<String, StoredTensor> tensors) {
    this.file = file;
    this.channel = channel;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws ModelException {@code MALFORMED} if the file is not sound, {@code UNSUPPORTED} if a
   *     tensor's type is unknown, {@code USAGE} if there is no such file
   */
  static SafetensorsFile open(Path file) throws ModelException {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      boolean whole = false;
      try {
        SafetensorsFile opened = new SafetensorsFile(file, channel, parse(file, channel));
        whole = true;
        return opened;
      } finally {
        if (!whole) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw FolderErrors.failedRead(file, e);
    }
  }

  private static Map<String, StoredTensor> parse(Path file, FileChannel channel)
      throws IOException, ModelException {
    long size = channel.size();
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    while (prefix.hasRemaining() && channel.read(prefix, prefix.position()) >= 0) {}
    long header = prefix.hasRemaining() ? -1 : prefix.getLong(0);
    if (header < 2 || header > size - PREFIX || header > MAX_HEADER) {
      throw FolderErrors.malformed(
          file,
          "header",
          "a safetensors header of %s bytes cannot be right in a file of %d"
              .formatted(Long.toUnsignedString(header), size));
    }
    long dataStart = PREFIX + header;
    channel.position(PREFIX);
    InputStream json = new BoundedInput(Channels.newInputStream(channel), header);
    return new SafetensorsHeader(file, dataStart, size - dataStart)
        .read(new BufferedInputStream(json));
  }

  Path path() {
    return file;
  }

  Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Fills {@code target} with a tensor's bytes from {@code from} on. */
  void read(StoredTensor tensor, long from, ByteBuffer target) throws ModelException {
    if (from < 0 || from + target.remaining() > tensor.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s".formatted(target.remaining(), from, tensor));
    }
    long position = tensor.offset() + from;
    try {
      while (target.hasRemaining()) {
        int read = channel.read(target, position);
        if (read < 0) {
          throw FolderErrors.malformed(file, tensor.name(), "the file has become shorter");
        }
        position += read;
      }
    } catch (IOException e) {
      throw FolderErrors.failedRead(file, e);
    }
  }

  @Override
  public void close() throws ModelException {
    try {
      channel.close();
    } catch (IOException e) {
      throw FolderErrors.failedRead(file, e);
    }
  }

  /** Ends after a number of bytes. */
  private static final class BoundedInput extends InputStream {

    private final InputStream in;
    private long left;

    BoundedInput(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(target, from, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }
  }
}
