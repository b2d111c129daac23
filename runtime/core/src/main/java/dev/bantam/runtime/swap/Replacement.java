package dev.bantam.runtime.swap;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.slot.DrainResult;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.runtime.slot.ModelVersion;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The steps by which a slot's model is given up and another one published. Blocking. */
final class Replacement {

  /** Requests that were told to end get this long to do so. */
  private static final Duration NOTICE = Duration.ofSeconds(10);

  /**
   * How long a large model stays after its last request: about what the next one takes to begin.
   */
  private static final Duration REST = Duration.ofMillis(150);

  private static final long LARGE_BYTES = 32L << 20;

  /** About how long a model takes to load where nothing is known. */
  static final Duration USUAL_LOAD = Duration.ofSeconds(3);

  private final SlotHost host;
  private final Duration drainTimeout;
  private final SwapFigures figures;
  private final Consumer<SwapPhase> phases;

  Replacement(
      SlotHost host, Duration drainTimeout, SwapFigures figures, Consumer<SwapPhase> phases) {
    this.host = host;
    this.drainTimeout = drainTimeout;
    this.figures = figures;
    this.phases = phases;
  }

  /** Publishes a loaded model, and waits for requests to the old one, if it serves still. */
  void publish(ModelReference reference, LoadedModel next)
      throws SwapFailure, InterruptedException {
    phases.accept(new SwapPhase.Switching());
    ModelSlot slot = host.slot();
    SlotState before = slot.state();
    Duration rest = rest(before);
    CompletableFuture<DrainResult> drained;
    long begin = System.nanoTime();
    try {
      drained = slot.replace(reference, next, drainTimeout, rest);
    } catch (IllegalStateException e) {
      Probe.close(next);
      throw new SwapFailure("stopping", "the device stops", e);
    }
    host.modelChanged();
    figures.millis("switch_ms", begin);
    if (before instanceof SlotState.Serving serving) {
      phases.accept(new SwapPhase.Draining(drainTimeout));
      awaitEnd(serving.version(), drained);
    }
  }

  /** A large model's end would be felt by whoever asks the new one first. */
  private Duration rest(SlotState before) {
    return before instanceof SlotState.Serving serving
            && host.need(serving.reference()) >= LARGE_BYTES
        ? REST
        : Duration.ZERO;
  }

  /**
   * Gives the old model up, and waits until its memory is back.
   *
   * @param without about how long there will be no model
   */
  void unload(Duration without) throws SwapFailure, InterruptedException {
    phases.accept(new SwapPhase.Draining(drainTimeout));
    if (!(host.slot().state() instanceof SlotState.Serving serving)) {
      throw new SwapFailure("stopping", "the device stops");
    }
    CompletableFuture<DrainResult> drained;
    try {
      drained = host.slot().suspend(drainTimeout, without);
    } catch (IllegalStateException e) {
      throw new SwapFailure("stopping", "the device stops", e);
    }
    awaitEnd(serving.version(), drained);
    phases.accept(new SwapPhase.Unloading());
  }

  private void awaitEnd(ModelVersion old, CompletableFuture<DrainResult> drained)
      throws InterruptedException {
    long begin = System.nanoTime();
    if (drained.join() instanceof DrainResult.TimedOut late) {
      figures.put("cut_short", late.leases());
      host.endThoseOf(old);
      old.awaitClosed(NOTICE);
    }
    figures.millis("drain_ms", begin);
  }

  /**
   * Goes back to a model that served before, in place of what serves now, if anything does. Where
   * it cannot be loaded, what serves goes on, or the slot has no model.
   */
  void restore(ModelReference before) throws SwapFailure, InterruptedException {
    ModelFiles files;
    try {
      files = host.verified(before);
    } catch (ModelException e) {
      host.slot().vacate(String.valueOf(e.getMessage()));
      host.modelChanged();
      throw new SwapFailure("not_whole", String.valueOf(e.getMessage()), e);
    }
    if (host.slot().state() instanceof SlotState.Serving && !fitsBeside(before)) {
      unload(USUAL_LOAD);
    }
    try {
      LoadedModel model = new Probe(host, new SwapFigures()).load(files);
      publish(before, model);
    } catch (SwapFailure e) {
      host.slot().vacate(e.reason());
      host.modelChanged();
      throw e;
    }
  }

  private boolean fitsBeside(ModelReference other) {
    long serving = host.need(host.slot().state().reference());
    return SwapPolicy.mode(SwapMode.OVERLAP, host.memory(serving, host.need(other)))
        instanceof SwapPolicy.Decision.Load;
  }
}
