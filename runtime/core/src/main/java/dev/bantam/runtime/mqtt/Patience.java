package dev.bantam.runtime.mqtt;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that nothing tells of, by looking again and again. On its context. */
final class Patience {

  private static final long POLL_MS = 20;

  private final Context context;

  Patience(Context context) {
    this.context = context;
  }

  /** Completes once {@code condition} holds, or after {@code limit}. */
  Future<Void> until(Duration limit, BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    long end = System.nanoTime() + limit.toNanos();
    context
        .owner()
        .setPeriodic(
            POLL_MS,
            id ->
                context.runOnContext(
                    v -> {
                      if (condition.getAsBoolean() || System.nanoTime() - end > 0) {
                        context.owner().cancelTimer(id);
                        done.tryComplete();
                      }
                    }));
    return done.future();
  }
}
