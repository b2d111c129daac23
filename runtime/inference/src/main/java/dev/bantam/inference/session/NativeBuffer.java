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
 * {@code -Xmx}, and a KV cache is larger than that. Where JNA's native part cannot be loaded it is
 * an ordinary direct buffer, with that limit.
 *
 * <p>Not thread-safe. A view must not be used after {@link #close}.
 */
public final class NativeBuffer implements AutoCloseable {

  private final ByteBuffer bytes;
  private final Runnable free;

  private NativeBuffer(ByteBuffer bytes, Runnable free) {
    this.bytes = bytes.order(ByteOrder.nativeOrder());
    this.free = free;
  }

  /**
   * Allocates memory; what it holds at first is undefined.
   *
   * @throws OutOfMemoryError if there is none left
   */
  static NativeBuffer allocate(long size) {
    OrtGuard.prepareJna();
    try {
      Memory memory = new Memory(size);
      return new NativeBuffer(memory.getByteBuffer(0, size), memory::close);
    } catch (LinkageError e) {
      return new NativeBuffer(ByteBuffer.allocateDirect(Math.toIntExact(size)), () -> {});
    }
  }

  public static NativeBuffer ofFloats(long count) {
    return allocate(count * Float.BYTES);
  }

  public static NativeBuffer ofLongs(long count) {
    return allocate(count * Long.BYTES);
  }

  static NativeBuffer ofInts(long count) {
    return allocate(count * Integer.BYTES);
  }

  ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.nativeOrder());
  }

  public FloatBuffer floats() {
    return bytes.asFloatBuffer();
  }

  public LongBuffer longs() {
    return bytes.asLongBuffer();
  }

  IntBuffer ints() {
    return bytes.asIntBuffer();
  }

  @Override
  public void close() {
    free.run();
  }
}
