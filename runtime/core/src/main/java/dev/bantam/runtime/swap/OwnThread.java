package dev.bantam.runtime.swap;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Work on a thread of its own, whose end is waited for.
 *
 * @param <T> what comes of it
 * @param <E> how it may fail
 */
public final class OwnThread<T, E extends Exception> {

  /**
   * Blocking.
   *
   * @param <T> what comes of it
   * @param <E> how it may fail
   */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  private final CompletableFuture<T> done = new CompletableFuture<>();
  private final String name;
  private final Class<E> failure;

  private OwnThread(String name, Class<E> failure) {
    this.name = name;
    this.failure = failure;
  }

  /**
   * @param name of the thread
   */
  public static <T, E extends Exception> OwnThread<T, E> begin(
      String name, Class<E> failure, Work<T, E> work) {
    OwnThread<T, E> own = new OwnThread<>(name, failure);
    Thread thread = new Thread(() -> own.run(work), name);
    thread.setDaemon(true);
    thread.start();
    return own;
  }

  private void run(Work<T, E> work) {
    try {
      done.complete(work.run());
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }

  /**
   * Waits for it.
   *
   * @throws E as the work
   * @throws IllegalStateException if it failed otherwise
   */
  public T await() throws E {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (failure.isInstance(e.getCause())) {
        throw failure.cast(e.getCause());
      }
      throw new IllegalStateException("thread " + name + " has failed", e.getCause());
    }
  }
}
