package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import java.nio.ByteBuffer;

/** Writes one blob from front to back. Closing without {@link #commit} leaves nothing behind. */
public interface BlobWriter extends AutoCloseable {

  /** Appends all that remains in {@code bytes}. */
  void write(ByteBuffer bytes) throws ModelException;

  /** Bytes written so far. */
  long position();

  /** Forces the bytes to disk and gives the blob its name. The writer is closed afterwards. */
  Blob commit() throws ModelException;

  @Override
  void close();
}
