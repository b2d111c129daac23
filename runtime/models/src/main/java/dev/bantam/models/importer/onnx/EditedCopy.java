package dev.bantam.models.importer.onnx;

import dev.bantam.models.ModelException;
import dev.bantam.models.store.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Copies a file into a blob, with other text in some places. */
final class EditedCopy {

  /** Characters of a blob's name. */
  static final int NAME_BYTES = 64;

  private static final int COPY_BYTES = 1 << 20;

  private final Path file;
  private final BlobWriter target;
  private final LongConsumer progress;
  private final ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);

  /**
   * @param progress takes the bytes of the file worked through
   */
  EditedCopy(Path file, BlobWriter target, LongConsumer progress) {
    this.file = file;
    this.target = target;
    this.progress = progress;
  }

  /**
   * @param edits in order
   * @param names of blobs, by the names of the files that they come of
   */
  void run(List<Edit> edits, Map<String, String> names) throws ModelException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long position = 0;
      for (Edit edit : edits) {
        copy(channel, position, edit.offset());
        target.write(ByteBuffer.wrap(replacement(edit, names)));
        position = edit.offset() + edit.length();
      }
      copy(channel, position, channel.size());
    } catch (IOException e) {
      throw OnnxErrors.failedRead(file, e);
    }
  }

  private static byte[] replacement(Edit edit, Map<String, String> names) {
    if (edit instanceof Edit.Location location) {
      return names.getOrDefault(location.file(), "").getBytes(StandardCharsets.UTF_8);
    }
    return edit instanceof Edit.Replaced replaced
        ? replaced.bytes()
        : varint(((Edit.Length) edit).value());
  }

  private void copy(FileChannel channel, long from, long to) throws IOException, ModelException {
    long position = from;
    while (position < to) {
      buffer.clear().limit((int) Math.min(COPY_BYTES, to - position));
      int read = channel.read(buffer, position);
      if (read < 0) {
        throw OnnxErrors.malformed(file, "it has become shorter");
      }
      target.write(buffer.flip());
      position += read;
      progress.accept(position);
    }
  }

  static int varintBytes(long value) {
    return varint(value).length;
  }

  private static byte[] varint(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(10);
    long rest = value;
    while (rest >= 0x80) {
      bytes.put((byte) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
    byte[] result = new byte[bytes.position()];
    bytes.flip().get(result);
    return result;
  }
}
