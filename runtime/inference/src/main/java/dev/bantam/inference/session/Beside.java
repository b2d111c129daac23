package dev.bantam.inference.session;

import dev.bantam.spi.TaskException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Loads something on a thread of its own while the caller loads something else. Closing it closes
 * what was loaded, now or once it is, unless the caller keeps it. For one thread.
 *
 * @param <T> what is loaded
 */
public final class Beside<T extends AutoCloseable> implements AutoCloseable {

  /**
   * Loads it. Blocking.
   *
   * @param <T> what is loaded
   */
  @FunctionalInterface
  public interface Loader<T> {
    T load() throws TaskException;
  }

  private final CompletableFuture<T> loading = new CompletableFuture<>();
  private boolean kept;

  private Beside() {}

  /**
   * @param <T> what is loaded
   */
  public static <T extends AutoCloseable> Beside<T> begin(Loader<T> loader) {
    Beside<T> beside = new Beside<>();
    Thread thread = new Thread(() -> beside.run(loader), "bantam-load");
    thread.setDaemon(true);
    thread.start();
    return beside;
  }

  private void run(Loader<T> loader) {
    try {
      loading.complete(loader.load());
    } catch (Throwable e) {
      loading.completeExceptionally(e);
    }
  }

  /**
   * Waits for it.
   *
   * @throws TaskException as the loader
   */
  public T get() throws TaskException {
    try {
      return loading.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TaskException known) {
        throw known;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof RuntimeException known ? known : e;
    }
  }

  /** Leaves what was loaded to the caller. */
  public void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (!kept) {
      loading.thenAccept(Beside::closeQuietly);
    }
  }

  private static void closeQuietly(AutoCloseable loaded) {
    try {
      loaded.close();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }
}
