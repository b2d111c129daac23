package dev.bantam.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A slot whose model is loaded on a thread of its own, beside those of other slots. */
final class SlotOpening {

  private final SlotOpener opener;
  private final CompletableFuture<LoadedSlot> opened = new CompletableFuture<>();

  private SlotOpening(SlotOpener opener) {
    this.opener = opener;
  }

  static SlotOpening begin(SlotOpener opener) {
    SlotOpening opening = new SlotOpening(opener);
    Thread thread = new Thread(opening::run, "bantam-open-" + opener.slot());
    thread.setDaemon(true);
    thread.start();
    return opening;
  }

  private void run() {
    try {
      opened.complete(opener.open());
    } catch (StartException | RuntimeException | Error e) {
      opened.completeExceptionally(e);
    }
  }

  String slot() {
    return opener.slot();
  }

  /**
   * Waits until it is open.
   *
   * @throws StartException as {@link SlotOpener#open}
   */
  LoadedSlot await() throws StartException {
    try {
      return opened.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StartException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  /** The slot without a model. */
  LoadedSlot vacant(String reason) {
    return opener.vacant(reason);
  }
}
