package dev.bantam.runtime;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A plugin without a model: answers with the request's own text. Task {@code wait} first takes a
 * permit of {@link #GATE}. The model called {@code broken} cannot be loaded; the one called {@code
 * echo-only} is made for one task and likes three workers.
 */
public final class EchoPlugin implements Plugin {

  static final Semaphore GATE = new Semaphore(0);
  static final AtomicInteger LOADED = new AtomicInteger();
  static final AtomicInteger CLOSED = new AtomicInteger();
  static final AtomicInteger WAITING = new AtomicInteger();

  static void reset() {
    GATE.drainPermits();
    LOADED.set(0);
    CLOSED.set(0);
    WAITING.set(0);
  }

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public Set<String> tasks() {
    return Set.of("echo", "wait");
  }

  @Override
  public LoadedModel load(ModelFiles files, LoadContext context) throws TaskException {
    if (files.reference().name().equals("broken")) {
      throw new TaskException(ErrorCode.MODEL_UNUSABLE, "the file is broken on purpose");
    }
    LOADED.incrementAndGet();
    return files.reference().name().equals("echo-only") ? new EchoOnly() : new Echo();
  }

  private static final class EchoOnly extends Echo {

    @Override
    public Optional<Set<String>> tasks() {
      return Optional.of(Set.of("echo"));
    }

    @Override
    public int usualWorkers() {
      return 3;
    }
  }

  private static class Echo implements LoadedModel {

    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
        throws TaskException {
      String text = request.body().text("prompt");
      if (request.task().equals("wait")) {
        await(cancellation);
      }
      sink.delta(text);
      return TaskResult.ofText(text);
    }

    private static void await(CancellationToken cancellation) throws TaskException {
      WAITING.incrementAndGet();
      try {
        while (!GATE.tryAcquire(5, TimeUnit.MILLISECONDS)) {
          cancellation.throwIfCancelled();
        }
      } catch (InterruptedException e) {
        throw new TaskException(ErrorCode.CANCELLED, "interrupted", e);
      } finally {
        WAITING.decrementAndGet();
      }
    }

    @Override
    public void close() {
      CLOSED.incrementAndGet();
    }
  }
}
