package dev.bantam.runtime.cli;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;

/** Waiting for Vert.x on a thread that may block. */
public final class Futures {

  private Futures() {}

  /** The future's value; its failure as the cause of an {@link ExecutionException}. */
  public static <T> T await(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
