package dev.bantam.runtime.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that touches the file. What waits when it comes to look is done in one
 * transaction, for it is the commit that costs time; if that fails, each is tried alone.
 */
final class StoreThread {

  /** Something to do with the file. Runs again if others of its transaction failed. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T on(Connection connection) throws SQLException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(StoreThread.class);
  private static final int MOST_TOGETHER = 256;
  private static final long STOP_MS = 10_000;

  private final Context context;
  private final Connection connection;
  private final Work<?> afterFailure;
  private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "bantam-store");
  private boolean stopped;

  private final class Job<T extends @Nullable Object> {
    private final Work<T> work;
    private final Promise<T> promise = Promise.promise();
    private @Nullable T result;

    Job(Work<T> work) {
      this.work = work;
    }

    void run() throws SQLException {
      result = work.on(connection);
    }

    @SuppressWarnings("NullAway") // the result is of the work's own type once it has run
    void done() {
      T value = result;
      context.runOnContext(nothing -> promise.complete(value));
    }

    void failed(Exception why) {
      context.runOnContext(nothing -> promise.fail(why));
    }
  }

  /**
   * @param afterFailure brings what is known of the file into line with it
   */
  StoreThread(Context context, Connection connection, Work<?> afterFailure) {
    this.context = context;
    this.connection = connection;
    this.afterFailure = afterFailure;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Queues work; completes once it is committed, with the failure if it cannot be. */
  <T extends @Nullable Object> Future<T> submit(Work<T> work) {
    Job<T> job = new Job<>(work);
    queue.add(job);
    return job.promise.future();
  }

  /** Does what waits and ends. Blocking. */
  void stop() {
    queue.add(
        new Job<>(
            nothing -> {
              stopped = true;
              return true;
            }));
    try {
      thread.join(STOP_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Job<?>> batch = new ArrayList<>();
    while (!stopped) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        return;
      }
      queue.drainTo(batch, MOST_TOGETHER - 1);
      together(batch);
    }
  }

  private void together(List<Job<?>> batch) {
    try {
      transaction("BEGIN");
      for (Job<?> job : batch) {
        job.run();
      }
      transaction("COMMIT");
    } catch (SQLException | RuntimeException e) {
      undo();
      if (batch.size() == 1) {
        batch.get(0).failed(e);
      } else {
        batch.forEach(job -> together(List.of(job)));
      }
      return;
    }
    batch.forEach(Job::done);
  }

  /** By hand, for the driver does not notice that SQLite itself rolls back on a full disk. */
  private void transaction(String command) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private void undo() {
    try {
      transaction("ROLLBACK");
    } catch (SQLException alreadyRolledBack) {
      LOG.debug("rollback: {}", alreadyRolledBack.getMessage());
    }
    try {
      afterFailure.on(connection);
    } catch (SQLException | RuntimeException e) {
      LOG.debug("after a failure: {}", e.getMessage());
    }
  }
}
