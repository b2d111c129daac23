package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A blob as a stream, for libraries that write to one. For one thread. */
public final class BlobOutput extends OutputStream {

  /** Writes all that a file has to a stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream stream) throws IOException;
  }

  private static final class Failed extends IOException {

    private static final long serialVersionUID = 1L;

    private final ModelException reason;

    Failed(ModelException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private final BlobWriter target;

  private BlobOutput(BlobWriter target) {
    this.target = target;
  }

  /** Appends a content to a blob; what the blob throws is thrown. */
  public static void write(BlobWriter target, Content content) throws ModelException {
    try {
      content.writeTo(new BlobOutput(target));
    } catch (Failed e) {
      throw e.reason;
    } catch (IOException e) {
      throw new ModelException(
          ModelException.Kind.IO, "the file cannot be written: %s".formatted(e.getMessage()), e);
    }
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value});
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      target.write(ByteBuffer.wrap(bytes, from, length));
    } catch (ModelException e) {
      throw new Failed(e);
    }
  }
}
