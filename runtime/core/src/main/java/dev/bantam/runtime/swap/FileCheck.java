package dev.bantam.runtime.swap;

import dev.bantam.models.ModelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads every byte of a model's files in a thread of its own, while the model is being loaded. */
public final class FileCheck {

  /** Reads them. Blocking. */
  @FunctionalInterface
  public interface Reader {

    /**
     * @throws ModelException CORRUPT if a file is not what was installed
     */
    void read() throws ModelException;
  }

  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private FileCheck() {}

  public static FileCheck begin(Reader reader) {
    FileCheck check = new FileCheck();
    Thread thread =
        new Thread(
            () -> {
              try {
                reader.read();
                check.done.complete(null);
              } catch (ModelException | RuntimeException | Error e) {
                check.done.completeExceptionally(e);
              }
            },
            "bantam-file-check");
    thread.setDaemon(true);
    thread.start();
    return check;
  }

  /**
   * Waits for the end.
   *
   * @throws ModelException CORRUPT if a file is not what was installed
   */
  public void await() throws ModelException {
    try {
      done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ModelException found) {
        throw found;
      }
      throw new IllegalStateException("the model's files cannot be read", e.getCause());
    }
  }
}
