package dev.bantam.models.source;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Writes a response's body to a file, from a given offset on, and never past a limit. Called by the
 * HTTP client's threads, watched and ended by the pulling thread.
 */
final class PartialFileBody implements BodySubscriber<Long> {

  /** The file could not be written: not the server's fault. */
  static final class WriteFailure extends IOException {
    private static final long serialVersionUID = 1L;

    WriteFailure(IOException cause) {
      super(cause);
    }
  }

  /** The server sends more than the file has. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;

    TooLong(long limit) {
      super("the server sends more than the expected %d bytes".formatted(limit));
    }
  }

  private final CompletableFuture<Long> result = new CompletableFuture<>();
  private final long limit;
  private @Nullable FileChannel channel;
  private Flow.@Nullable Subscription subscription;
  private volatile long position;

  /**
   * @param offset where to write; what the file has behind it is dropped
   * @param limit the most bytes the file may have
   */
  PartialFileBody(Path file, long offset, long limit) {
    this.limit = limit;
    this.position = offset;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(offset).position(offset);
    } catch (IOException e) {
      result.completeExceptionally(new WriteFailure(e));
    }
  }

  /** Bytes in the file so far. */
  long position() {
    return position;
  }

  @Override
  public CompletionStage<Long> getBody() {
    return result;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription newSubscription) {
    if (result.isDone()) {
      newSubscription.cancel();
    } else {
      subscription = newSubscription;
      newSubscription.request(1);
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> buffers) {
    if (result.isDone() || channel == null || subscription == null) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        if (position + buffer.remaining() > limit) {
          throw new TooLong(limit);
        }
        while (buffer.hasRemaining()) {
          position += channel.write(buffer);
        }
      }
      subscription.request(1);
    } catch (TooLong e) {
      end(e);
    } catch (IOException e) {
      end(new WriteFailure(e));
    }
  }

  @Override
  public synchronized void onError(Throwable error) {
    close();
    result.completeExceptionally(error);
  }

  @Override
  public synchronized void onComplete() {
    close();
    result.complete(position);
  }

  /** Ends the transfer; afterwards nothing more is written. */
  synchronized void end(Throwable reason) {
    if (subscription != null) {
      subscription.cancel();
    }
    close();
    result.completeExceptionally(reason);
  }

  private void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      result.completeExceptionally(new WriteFailure(e));
    }
  }
}
