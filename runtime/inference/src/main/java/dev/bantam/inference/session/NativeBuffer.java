package dev.bantam.inference.session;

import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Memory outside the Java heap, freed at {@link #close}, not when a garbage collection happens to
 * come by. It comes from the C library through JNA and does not count against {@code
 * -XX:MaxDirectMemorySize}, whose default is the heap's own limit: a gateway runs with a small
 * {@code -Xmx}, and a KV cache is larger than that.
 *
 * <p>Not thread-safe. A view must not be used after {@link #close}.
 */
final class NativeBuffer implements AutoCloseable {

  private final Memory memory;

  private NativeBuffer(Memory memory) {
    this.memory = memory;
  }

  /**
   * Allocates uninitialised memory.
   *
   * @throws OutOfMemoryError if the system has none left
   */
  static NativeBuffer allocate(long bytes) {
    OrtGuard.prepareJna();
    return new NativeBuffer(new Memory(bytes));
  }

  static NativeBuffer ofFloats(long count) {
    return allocate(count * Float.BYTES);
  }

  static NativeBuffer ofLongs(long count) {
    return allocate(count * Long.BYTES);
  }

  static NativeBuffer ofInts(long count) {
    return allocate(count * Integer.BYTES);
  }

  FloatBuffer floats() {
    return bytes().asFloatBuffer();
  }

  LongBuffer longs() {
    return bytes().asLongBuffer();
  }

  IntBuffer ints() {
    return bytes().asIntBuffer();
  }

  private ByteBuffer bytes() {
    return memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    memory.close();
  }
}
