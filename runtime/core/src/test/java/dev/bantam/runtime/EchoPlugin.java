package dev.bantam.runtime;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.SelfTest;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A plugin without a model: answers with the request's own text. Task {@code wait} first takes a
 * permit of {@link #GATE}. The model called {@code broken} cannot be loaded; the one called {@code
 * echo-only} is made for one task and likes three workers; {@code nan} fails its self-test, {@code
 * slow} generates a token a second, {@code sleepy} takes two seconds to load, {@code paired} loads
 * only beside another one of its name, {@code faulty} fails at each request, {@code busy} asks once
 * not to be replaced, and {@code generating} says that its answers have tokens, of which each took
 * time.
 */
public final class EchoPlugin implements Plugin {

  private static final long LOAD_OF_SLEEPY_MS = 2000;
  private static final long LIMIT_OF_PAIRED_SECONDS = 20;
  private static final CyclicBarrier PAIR = new CyclicBarrier(2);

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
    String after = after(context);
    if (files.reference().name().equals("sleepy")) {
      pause();
    }
    if (files.reference().name().equals("paired")) {
      awaitTheOther();
    }
    LOADED.incrementAndGet();
    return switch (files.reference().name()) {
      case "echo-only" -> new EchoOnly();
      case "nan", "slow", "faulty", "busy" -> new Bad(files.reference().name());
      case "generating" -> new Generating();
      default -> new Echo(after);
    };
  }

  /** What the slot's settings, and its prompts over them, put after each answer. */
  private static String after(LoadContext context) throws TaskException {
    String said = context.settings().getOrDefault("after", "");
    if (context.resourceOverrides().isPresent()) {
      try {
        said = Files.readString(context.resourceOverrides().get().resolve("after.txt"));
      } catch (IOException e) {
        throw new TaskException(ErrorCode.MODEL_UNUSABLE, "no prompt: " + e.getMessage(), e);
      }
    }
    if (said.equals("broken")) {
      throw new TaskException(ErrorCode.MODEL_UNUSABLE, "the prompt is broken on purpose");
    }
    return said;
  }

  private static void awaitTheOther() throws TaskException {
    try {
      PAIR.await(LIMIT_OF_PAIRED_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new TaskException(ErrorCode.MODEL_UNUSABLE, "no other one was loaded meanwhile", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOAD_OF_SLEEPY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has what a good model has not. */
  private static final class Bad extends Echo {

    private final String name;
    private final AtomicInteger asked = new AtomicInteger();

    Bad(String name) {
      super("");
      this.name = name;
    }

    @Override
    public SelfTest selfTest() throws TaskException {
      if (name.equals("nan")) {
        throw new TaskException(ErrorCode.MODEL_UNUSABLE, "the logits are not finite");
      }
      return new SelfTest(OptionalDouble.of(name.equals("slow") ? 1 : 1000));
    }

    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
        throws TaskException {
      if (name.equals("faulty")) {
        throw new IllegalStateException("on purpose");
      }
      return super.handle(request, sink, cancellation);
    }

    @Override
    public Optional<Duration> deferReplacement() {
      return name.equals("busy") && asked.getAndIncrement() == 0
          ? Optional.of(Duration.ofMillis(300))
          : Optional.empty();
    }
  }

  /** Three tokens in, four out: 20 ms for the prompt, 30 ms for the rest. */
  private static final class Generating extends Echo {

    Generating() {
      super("");
    }

    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
        throws TaskException {
      return TaskResult.generated(
          super.handle(request, sink, cancellation).text(),
          TaskResult.FinishReason.STOP,
          new TaskResult.Usage(3, 4),
          new TaskResult.Timings(20, 30, 22));
    }
  }

  private static final class EchoOnly extends Echo {

    EchoOnly() {
      super("");
    }

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

    private final String after;

    Echo(String after) {
      this.after = after;
    }

    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
        throws TaskException {
      String text = request.body().text("prompt") + after;
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
