package dev.bantam.runtime.slot;

import dev.bantam.runtime.slot.SlotState.Draining;
import dev.bantam.runtime.slot.SlotState.Open;
import dev.bantam.runtime.slot.SlotState.Serving;
import dev.bantam.runtime.slot.SlotState.Stopped;
import dev.bantam.runtime.slot.SlotState.Switching;
import dev.bantam.runtime.slot.SlotState.Vacant;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A named place that publishes one model at a time. {@link #acquire} before a request is queued, so
 * that a replacement can never change a request's model half-way.
 *
 * <p>Publishing is one atomic step: {@link #replace} first puts the new version in place and only
 * then gives up the old one, so there is no moment without a model. Where there is no room for two
 * models, {@link #suspend} gives up the old one first, and {@link #replace} ends the time without a
 * model. Once {@link #drain} has begun, the slot takes no further model.
 */
public final class ModelSlot {

  /** A wish may give it a model at any time. */
  private static final Duration VACANT_RETRY = Duration.ofSeconds(10);

  private final String name;
  private final Executor closer;
  private final AtomicReference<SlotState> state;

  /**
   * Publishes the slot's first model.
   *
   * @param closer where models are closed; closing may block, so not an event loop
   */
  public ModelSlot(String name, ModelReference reference, LoadedModel model, Executor closer) {
    this(name, new Serving(new ModelVersion(reference, model, closer)), closer);
  }

  private ModelSlot(String name, SlotState state, Executor closer) {
    this.name = name;
    this.closer = closer;
    this.state = new AtomicReference<>(state);
  }

  /**
   * A slot that has no model until one is published.
   *
   * @param wanted the model that it should have
   * @param reason why it has not, and what to do
   */
  public static ModelSlot vacant(
      String name, ModelReference wanted, String reason, Executor closer) {
    return new ModelSlot(name, new Vacant(wanted, reason), closer);
  }

  public String name() {
    return name;
  }

  public SlotState state() {
    return Objects.requireNonNull(state.get());
  }

  /** Leases that are out on the model that serves, or served last. */
  public int leases() {
    SlotState now = state();
    if (now instanceof Serving serving) {
      return Math.max(0, serving.version().users() - 1);
    }
    if (now instanceof Switching switching) {
      return switching.version().users();
    }
    return now instanceof Draining draining ? draining.version().users() : 0;
  }

  /** Whether it has no model, and gets none by itself. */
  public boolean isVacant() {
    return state.get() instanceof Vacant;
  }

  /**
   * Leases the model that is published now.
   *
   * @throws TaskException with {@link ErrorCode#DRAINING} while there is no model, and once {@link
   *     #drain} has begun
   */
  public Lease acquire() throws TaskException {
    while (state.get() instanceof Serving serving) {
      if (serving.version().tryUse()) {
        return new Lease(name, serving.version());
      }
      // The version was replaced and closed between the two reads; the next read sees its
      // successor.
    }
    SlotState now = state();
    throw new TaskException(
        ErrorCode.DRAINING, whyNot(now), null, now instanceof Vacant ? VACANT_RETRY : null);
  }

  private String whyNot(SlotState now) {
    if (now instanceof Switching) {
      return "slot %s is changing its model; try again in a moment".formatted(name);
    }
    return now instanceof Vacant vacant
        ? "slot %s has no model: %s".formatted(name, vacant.reason())
        : "slot %s is stopping and takes no more requests; try again later".formatted(name);
  }

  /**
   * Publishes a new model, and drains the old one if it serves still.
   *
   * @param timeout how long to wait for the old model's leases
   * @param rest how long the old model stays in memory after them
   * @return completes when the old model is closed or time is up
   * @throws IllegalStateException if the slot drains or is stopped; {@code next} stays the caller's
   */
  public CompletableFuture<DrainResult> replace(
      ModelReference reference, LoadedModel next, Duration timeout, Duration rest) {
    ModelVersion version = new ModelVersion(reference, next, closer);
    SlotState before =
        state.getAndUpdate(now -> now instanceof Open open ? open.toServing(version) : now);
    if (!(before instanceof Open)) {
      throw new IllegalStateException(
          "slot %s is %s; it takes no other model".formatted(name, before.wireName()));
    }
    if (!(before instanceof Serving serving)) {
      return CompletableFuture.completedFuture(new DrainResult.Drained());
    }
    if (!rest.isZero()) {
      serving.version().closeAfter(rest);
    }
    return given(serving.version(), timeout.plus(rest), () -> {});
  }

  /**
   * Gives up the model that serves, and gives no leases until {@link #replace}.
   *
   * @param timeout how long to wait for the model's leases
   * @param without about how long there will be no model
   * @return completes when the model is closed or time is up
   * @throws IllegalStateException if the slot does not serve
   */
  public CompletableFuture<DrainResult> suspend(Duration timeout, Duration without) {
    long ready = System.nanoTime() + without.toNanos();
    SlotState before =
        state.getAndUpdate(now -> now instanceof Serving s ? s.toSwitching(ready) : now);
    if (!(before instanceof Serving serving)) {
      throw new IllegalStateException(
          "slot %s is %s; there is no model to give up".formatted(name, before.wireName()));
    }
    return given(serving.version(), timeout, () -> {});
  }

  /** After {@link #suspend}: there will be no model for now. */
  public void vacate(String reason) {
    state.updateAndGet(now -> now instanceof Switching s ? s.toVacant(reason) : now);
  }

  /**
   * Gives no more leases and waits for those that are out. Calling it again only waits.
   *
   * @return completes when the model is closed or time is up
   */
  public CompletableFuture<DrainResult> drain(Duration timeout) {
    SlotState before = state.getAndUpdate(ModelSlot::drained);
    if (before instanceof Serving serving) {
      return given(serving.version(), timeout, this::stopped);
    }
    if (before instanceof Switching switching) {
      return closed(switching.version(), timeout, this::stopped);
    }
    if (before instanceof Draining draining) {
      return closed(draining.version(), timeout, this::stopped);
    }
    return CompletableFuture.completedFuture(new DrainResult.Drained());
  }

  private static SlotState drained(SlotState now) {
    if (now instanceof Serving serving) {
      return serving.toDraining();
    }
    if (now instanceof Switching switching) {
      return switching.toDraining();
    }
    return now instanceof Vacant vacant ? vacant.toStopped() : now;
  }

  /** Takes the slot's own use from a version. */
  private static CompletableFuture<DrainResult> given(
      ModelVersion version, Duration timeout, Runnable first) {
    version.release();
    return closed(version, timeout, first);
  }

  private void stopped() {
    state.updateAndGet(now -> now instanceof Draining d ? d.toStopped() : now);
  }

  private static CompletableFuture<DrainResult> closed(
      ModelVersion version, Duration timeout, Runnable first) {
    CompletableFuture<DrainResult> drained =
        version
            .closed()
            .thenApply(
                nothing -> {
                  first.run();
                  return new DrainResult.Drained();
                });
    return drained
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(late -> new DrainResult.TimedOut(version.users()));
  }

  /** Whether the slot is {@link Stopped}: drained, and its model closed. */
  public boolean isStopped() {
    return state.get() instanceof Stopped;
  }
}
