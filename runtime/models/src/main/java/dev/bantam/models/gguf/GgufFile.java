package dev.bantam.models.gguf;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * An open GGUF: its metadata and the directory of its tensors are in memory, tensor data are read
 * where wanted. Files of any size work.
 */
public final class GgufFile implements AutoCloseable {

  /** The first four bytes, {@code GGUF}, as a little-endian number. */
  public static final int MAGIC = 0x46554747;

  private static final String ALIGNMENT = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final long MAX_HEAP = 128L << 20;

  private final Path file;
  private final FileChannel channel;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(
      Path file, FileChannel channel, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    this.file = file;
    this.channel = channel;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws ModelException {@code MALFORMED} if the file is no sound GGUF, {@code UNSUPPORTED} if
   *     it is of another version or byte order or has a tensor of an unknown type, {@code USAGE} if
   *     there is no such file
   */
  public static GgufFile open(Path file) throws ModelException {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      boolean whole = false;
      try {
        GgufFile opened = parse(file, channel);
        whole = true;
        return opened;
      } finally {
        if (!whole) {
          channel.close();
        }
      }
    } catch (NoSuchFileException e) {
      throw new ModelException(Kind.USAGE, "there is no file %s".formatted(file), e);
    } catch (IOException e) {
      throw GgufErrors.failedRead(file, e);
    }
  }

  private static GgufFile parse(Path file, FileChannel channel) throws IOException, ModelException {
    long heapBudget = Math.min(MAX_HEAP, Runtime.getRuntime().maxMemory() / 3);
    GgufInput input = new GgufInput(file, channel, heapBudget);
    checkPreamble(input);
    TensorParser tensorParser = new TensorParser(input);
    MetadataParser metadataParser = new MetadataParser(input);
    int tensorCount = tensorParser.count();
    int keyCount = metadataParser.count();
    GgufMetadata metadata = new GgufMetadata(file, metadataParser.entries(keyCount));
    int alignment = metadata.whole(ALIGNMENT, 1, MAX_ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.wrong(ALIGNMENT, "%d is no power of two".formatted(alignment));
    }
    return new GgufFile(file, channel, metadata, tensorParser.tensors(tensorCount, alignment));
  }

  private static void checkPreamble(GgufInput input) throws ModelException {
    if (input.int32("magic") != MAGIC) {
      throw input.malformed("magic", "the file does not begin with \"GGUF\"");
    }
    int version = input.int32("version");
    if (version != 0 && (version & 0xffff) == 0) {
      throw input.unsupported(
          "version", "the file is big-endian; convert it to little-endian, the usual form");
    }
    if (version != 2 && version != 3) {
      throw input.unsupported(
          "version",
          "version %s is not supported; supported are 2 and 3: convert the model again with a newer llama.cpp"
              .formatted(Integer.toUnsignedString(version)));
    }
  }

  public Path path() {
    return file;
  }

  public GgufMetadata metadata() {
    return metadata;
  }

  /** All tensors by name, in the file's order. */
  public Map<String, GgufTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Fills {@code target} with the tensor's bytes from {@code from} on.
   *
   * @param from offset within the tensor; {@code from + target.remaining()} lies within it
   */
  public void read(GgufTensor tensor, long from, ByteBuffer target) throws ModelException {
    if (from < 0 || from + target.remaining() > tensor.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s".formatted(target.remaining(), from, tensor));
    }
    long position = tensor.offset() + from;
    try {
      while (target.hasRemaining()) {
        int read = channel.read(target, position);
        if (read < 0) {
          throw GgufErrors.malformed(file, position, tensor.name(), "the file has become shorter");
        }
        position += read;
      }
    } catch (IOException e) {
      throw GgufErrors.failedRead(file, e);
    }
  }

  /** The exception for a tensor that contradicts the metadata or holds impossible numbers. */
  public ModelException wrong(GgufTensor tensor, String problem) {
    return GgufErrors.malformed(file, tensor.offset(), tensor.name(), problem);
  }

  /** The exception for what is sound but not supported. */
  public ModelException unsupported(GgufTensor tensor, String problem) {
    return GgufErrors.unsupported(file, tensor.offset(), tensor.name(), problem);
  }

  /** The exception for a tensor that is not there. */
  public ModelException missing(String name, String problem) {
    return GgufErrors.malformed(file, 0, name, problem);
  }

  @Override
  public void close() throws ModelException {
    try {
      channel.close();
    } catch (IOException e) {
      throw GgufErrors.failedRead(file, e);
    }
  }
}
