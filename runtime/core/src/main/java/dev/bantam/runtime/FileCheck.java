package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads every byte of a model's files in a thread of its own, while the model is being loaded. */
final class FileCheck {

  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private FileCheck() {}

  static FileCheck begin(ModelSource models, ModelReference reference) {
    FileCheck check = new FileCheck();
    Thread thread =
        new Thread(
            () -> {
              try {
                models.verified(reference, List.of());
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
  void await() throws ModelException {
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
