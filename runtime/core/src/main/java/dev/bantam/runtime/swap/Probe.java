package dev.bantam.runtime.swap;

import dev.bantam.models.Canary;
import dev.bantam.models.ModelException;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.SelfTest;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads models, and has them show what they can do before they serve. Blocking. */
final class Probe {

  private static final Logger log = LoggerFactory.getLogger(Probe.class);

  /** The machine may be busy just then, so the best of some tries counts. */
  private static final int SPEED_TRIES = 3;

  private static final Duration CANARY_LIMIT = Duration.ofSeconds(60);

  private final SlotHost host;
  private final SwapFigures figures;

  Probe(SlotHost host, SwapFigures figures) {
    this.host = host;
    this.figures = figures;
  }

  /** Loads a model that is on the device, whatever it can do. */
  LoadedModel load(ModelFiles files) throws SwapFailure {
    long begin = System.nanoTime();
    try {
      LoadedModel model = host.load(files);
      figures.millis("load_ms", begin);
      return model;
    } catch (TaskException e) {
      throw new SwapFailure("load_failed", String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw new SwapFailure(
          "out_of_memory", "there is not enough memory for the model; take a smaller one", e);
    } catch (LinkageError | RuntimeException e) {
      log.error("model {} failed to load", files.reference(), e);
      throw new SwapFailure("load_failed", "the plugin failed to load the model: " + e, e);
    }
  }

  /**
   * As the other, while the model's files are read; of a damaged one this is the reason, whatever
   * comes of it.
   */
  LoadedModel load(ModelFiles files, FileCheck check) throws SwapFailure {
    LoadedModel model;
    try {
      model = load(files);
    } catch (SwapFailure e) {
      requireWhole(check);
      throw e;
    }
    try {
      requireWhole(check);
      return model;
    } catch (SwapFailure e) {
      close(model);
      throw e;
    }
  }

  static void requireWhole(FileCheck check) throws SwapFailure {
    try {
      check.await();
    } catch (ModelException e) {
      throw SwapFailure.of(e);
    }
  }

  /**
   * Tries a loaded model, and closes it if it fails.
   *
   * @param floor tokens a second that a generating model must reach
   */
  void test(ModelFiles files, LoadedModel model, Optional<Double> floor) throws SwapFailure {
    long begin = System.nanoTime();
    try {
      requireSpeed(model, floor);
      for (Canary canary : host.canaries(files)) {
        requireAnswer(model, canary);
      }
      figures.millis("probe_ms", begin);
    } catch (SwapFailure e) {
      close(model);
      throw e;
    } catch (TaskException e) {
      close(model);
      throw new SwapFailure("self_test_failed", String.valueOf(e.getMessage()), e);
    } catch (ModelException e) {
      close(model);
      throw new SwapFailure("canary_failed", String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      close(model);
      log.error("model {} failed its probe", files.reference(), e);
      throw new SwapFailure("self_test_failed", "the plugin failed in the model's probe: " + e, e);
    }
  }

  static void close(LoadedModel model) {
    try {
      model.close();
    } catch (RuntimeException | LinkageError e) {
      log.warn("closing a model failed; its memory may not be given back", e);
    }
  }

  private void requireSpeed(LoadedModel model, Optional<Double> floor)
      throws SwapFailure, TaskException {
    double best = 0;
    for (int i = 0; i < SPEED_TRIES; i++) {
      SelfTest result = model.selfTest();
      if (result.tokensPerSecond().isEmpty()) {
        return;
      }
      best = Math.max(best, result.tokensPerSecond().getAsDouble());
      if (floor.isEmpty() || best >= floor.get()) {
        break;
      }
    }
    figures.rounded("tokens_per_second", best);
    if (floor.isPresent() && best < floor.get()) {
      throw new SwapFailure(
          "too_slow",
          "the model generates %.1f tokens a second where at least %.1f are wanted; take a smaller model or variant, or lower min_tokens_per_second"
              .formatted(best, floor.get()));
    }
  }

  private static void requireAnswer(LoadedModel model, Canary canary) throws SwapFailure {
    List<String> problems;
    try {
      TaskResult answer =
          model.handle(
              new TaskRequest(canary.task(), RequestBody.of(canary.request())),
              text -> {},
              new Deadline(System.nanoTime() + CANARY_LIMIT.toNanos()));
      problems = CanaryCheck.problems(canary.expect(), answer);
    } catch (TaskException e) {
      problems = List.of(String.valueOf(e.getMessage()));
    }
    if (!problems.isEmpty()) {
      throw new SwapFailure(
          "canary_failed",
          "the canary for task %s was not answered as it must be: %s"
              .formatted(canary.task(), String.join("; ", problems)));
    }
  }

  private record Deadline(long nanos) implements CancellationToken {

    @Override
    public boolean isCancelled() {
      return System.nanoTime() - nanos > 0;
    }

    @Override
    public void throwIfCancelled() throws TaskException {
      if (isCancelled()) {
        throw new TaskException(
            ErrorCode.EXPIRED, "no answer within %d s".formatted(CANARY_LIMIT.toSeconds()));
      }
    }
  }
}
