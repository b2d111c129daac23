package dev.bantam.models.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes GGUF files for tests, sound ones and others. Setters replace what was there. */
public final class GgufBytes {

  private static final int ALIGNMENT = 32;

  private final Map<String, byte[]> keys = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private int version = 3;

  private record Tensor(List<Long> shape, int type, byte[] data) {}

  public GgufBytes version(int value) {
    version = value;
    return this;
  }

  public GgufBytes text(String key, String value) {
    return raw(key, join(int32(8), string(value)));
  }

  public GgufBytes uint32(String key, int value) {
    return raw(key, join(int32(4), int32(value)));
  }

  public GgufBytes real(String key, float value) {
    return raw(key, join(int32(6), int32(Float.floatToIntBits(value))));
  }

  public GgufBytes texts(String key, String... values) {
    byte[] all = join(int32(9), int32(8), int64(values.length));
    for (String value : values) {
      all = join(all, string(value));
    }
    return raw(key, all);
  }

  public GgufBytes reals(String key, int count) {
    return raw(key, join(int32(9), int32(6), int64(count), new byte[4 * count]));
  }

  /** A key whose type and value are given as bytes. */
  public GgufBytes raw(String key, byte[] typeAndValue) {
    keys.put(key, typeAndValue);
    return this;
  }

  public GgufBytes without(String keyOrTensor) {
    keys.remove(keyOrTensor);
    tensors.remove(keyOrTensor);
    return this;
  }

  /** A tensor of floats, all {@code value}. */
  public GgufBytes floats(String name, float value, long... shape) {
    long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer data = ByteBuffer.allocate((int) elements * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(value);
    }
    return tensor(name, 0, data.array(), shape);
  }

  public GgufBytes tensor(String name, int type, byte[] data, long... shape) {
    List<Long> list = Arrays.stream(shape).boxed().toList();
    tensors.put(name, new Tensor(list, type, data));
    return this;
  }

  public Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  public byte[] bytes() {
    byte[] head =
        join(int32(GgufFile.MAGIC), int32(version), int64(tensors.size()), int64(keys.size()));
    for (Map.Entry<String, byte[]> key : keys.entrySet()) {
      head = join(head, string(key.getKey()), key.getValue());
    }
    byte[] data = new byte[0];
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      head = join(head, string(entry.getKey()), int32(tensor.shape().size()));
      for (long dimension : tensor.shape()) {
        head = join(head, int64(dimension));
      }
      head = join(head, int32(tensor.type()), int64(data.length));
      data = aligned(join(data, tensor.data()));
    }
    return join(aligned(head), data);
  }

  public static byte[] int32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  public static byte[] int64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  public static byte[] string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return join(int64(utf8.length), utf8);
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] aligned(byte[] bytes) {
    return Arrays.copyOf(bytes, (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }
}
