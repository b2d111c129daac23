package dev.bantam.runtime.swap;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.runtime.swap.SwapOutcome.Result;
import dev.bantam.runtime.swap.SwapPolicy.Decision;
import dev.bantam.runtime.swap.Withdrawal.Withdrawn;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * One swap, from the wish to its outcome. Blocking; runs on its slot's swap thread, and only once.
 */
final class SwapRun {

  /** What a run tells, and asks to be written down before it goes on. */
  interface Listener {

    /** The swap is in another phase. */
    void phase(Optional<SwapMode> mode, SwapPhase phase);

    /** A model is about to be loaded. Written before this returns. */
    void trying(ModelReference model) throws ModelException;

    /** Another model is the good one. Written before this returns. */
    void committed(ModelReference model);

    /** About how long this slot's models take to load and to be probed. */
    Duration usualLoad();
  }

  /** What is not even tried. */
  private static final Set<ModelException.Kind> REFUSALS =
      Set.of(ModelException.Kind.UNTRUSTED, ModelException.Kind.USAGE);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final SlotHost host;
  private final SlotHost next;
  private final Desired desired;
  private final Turns turns;
  private final Withdrawal withdrawal = new Withdrawal();
  private final Listener listener;
  private final SwapFigures figures = new SwapFigures();
  private final Replacement replacement;
  private final long beginNanos = System.nanoTime();
  private Optional<SwapMode> mode = Optional.empty();
  private long memoryBefore;
  private String wanted;

  /**
   * @param host by which the slot's present model was loaded, and is again if the new one is no
   *     good
   * @param next loads the new one
   */
  SwapRun(SlotHost host, SlotHost next, Desired desired, Turns turns, Listener listener) {
    this.host = host;
    this.next = next;
    this.desired = desired;
    this.turns = turns;
    this.listener = listener;
    this.wanted = desired.model().toString();
    this.replacement =
        new Replacement(host, desired.settings().drainTimeout(), figures, this::enter);
  }

  Desired desired() {
    return desired;
  }

  /** A newer wish has come, or the runtime stops. Any thread. */
  void withdraw(Withdrawal.Cause cause) {
    withdrawal.withdraw(cause);
  }

  private void enter(SwapPhase phase) {
    listener.phase(mode, phase);
  }

  /**
   * @return empty if the runtime stops first; then the next start goes on
   */
  Optional<SwapOutcome> run() throws InterruptedException {
    try {
      return Optional.of(swap());
    } catch (SwapFailure e) {
      return Optional.of(failed(Result.FAILED_NO_STATE_CHANGE, e));
    } catch (Withdrawn e) {
      return e.why() == Withdrawal.Cause.STOPPING
          ? Optional.empty()
          : Optional.of(
              ended(
                  Result.SUPERSEDED,
                  Optional.of("superseded"),
                  Optional.of("a newer wish for this slot has come")));
    }
  }

  private SwapOutcome swap() throws SwapFailure, Withdrawn, InterruptedException {
    enter(new SwapPhase.Validating());
    if (!(host.slot().state() instanceof SlotState.Open)) {
      throw new SwapFailure("stopping", "the device stops");
    }
    waitForItsTime();
    ModelFiles files;
    try {
      files = obtain();
    } catch (ModelException e) {
      withdrawal.check();
      return failed(
          REFUSALS.contains(e.kind()) ? Result.REJECTED : Result.FAILED_NO_STATE_CHANGE,
          SwapFailure.of(e));
    }
    wanted = files.reference().toString();
    FileCheck check = FileCheck.begin(() -> next.verified(files.reference()));
    if (next == host && serving().filter(files.reference()::equals).isPresent()) {
      Probe.requireWhole(check);
      return ended(Result.SUCCESSFUL, Optional.of("unchanged"), Optional.empty());
    }
    enter(new SwapPhase.Staged());
    ModelReference before = host.slot().state().reference();
    try (Turns.Turn turn = turns.take(withdrawal)) {
      Decision decision =
          SwapPolicy.mode(
              desired.settings().mode(),
              host.memory(serving().map(host::need).orElse(0L), next.need(files.reference())));
      if (decision instanceof Decision.Reject reject) {
        Probe.requireWhole(check);
        return failed(Result.REJECTED, new SwapFailure(reject.code(), reject.reason()));
      }
      mode = Optional.of(((Decision.Load) decision).mode());
      withdrawal.check();
      memoryBefore = host.measuredMemory();
      trying(files.reference());
      if (mode.get() == SwapMode.EXCLUSIVE && serving().isPresent()) {
        Probe.requireWhole(check);
        Optional<SwapOutcome> failure = exclusive(files, check, before);
        if (failure.isPresent()) {
          return failure.get();
        }
      } else {
        overlap(files, check);
      }
    }
    return probation(files.reference(), before);
  }

  private Optional<ModelReference> serving() {
    return host.slot().state() instanceof SlotState.Serving serving
        ? Optional.of(serving.reference())
        : Optional.empty();
  }

  private void trying(ModelReference model) throws SwapFailure {
    try {
      listener.trying(model);
    } catch (ModelException e) {
      throw new SwapFailure("not_kept", String.valueOf(e.getMessage()), e);
    }
  }

  private void waitForItsTime() throws Withdrawn, InterruptedException {
    Duration waited = Duration.ZERO;
    while (true) {
      ZonedDateTime now = ZonedDateTime.now(host.clock());
      Optional<SwapPolicy.Wait> wait =
          SwapPolicy.deferral(desired.settings(), now, askedByModel(), waited);
      if (wait.isEmpty()) {
        return;
      }
      enter(new SwapPhase.Deferred(wait.get().until(), wait.get().why()));
      Duration left = Duration.between(now.toInstant(), wait.get().until());
      Duration pause = left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
      withdrawal.sleep(pause);
      waited = wait.get().why().equals("plugin") ? waited.plus(pause) : waited;
    }
  }

  private Optional<Duration> askedByModel() {
    return host.slot().state() instanceof SlotState.Serving serving
        ? serving.version().deferReplacement()
        : Optional.empty();
  }

  private ModelFiles obtain() throws ModelException, Withdrawn {
    long begin = System.nanoTime();
    withdrawal.beginInterruptible();
    try {
      ModelFiles files =
          desired.isByDevice() && serving().filter(desired.model()::equals).isPresent()
              ? next.verified(desired.model())
              : next.obtain(desired, this::enter);
      figures.millis("obtain_ms", begin);
      return files;
    } finally {
      withdrawal.endInterruptible();
    }
  }

  private void overlap(ModelFiles files, FileCheck check)
      throws SwapFailure, Withdrawn, InterruptedException {
    LoadedModel loaded = probed(files, check);
    try {
      withdrawal.check();
    } catch (Withdrawn e) {
      Probe.close(loaded);
      throw e;
    }
    replacement.publish(files.reference(), loaded);
  }

  private LoadedModel probed(ModelFiles files, FileCheck check) throws SwapFailure {
    enter(new SwapPhase.Loading());
    Probe probe = new Probe(next, figures);
    LoadedModel loaded = probe.load(files, check);
    enter(new SwapPhase.Probing());
    probe.test(files, loaded, desired.settings().minTokensPerSecond().or(next::minTokensPerSecond));
    if (SwapPolicy.outgrows(host.measuredMemory(), memoryBefore, host.budget())) {
      Probe.close(loaded);
      throw new SwapFailure("over_budget", "the process outgrew its memory budget in the probe");
    }
    return loaded;
  }

  /**
   * From the old model's end on a newer wish waits: a slot without a model is in nobody's sense.
   */
  private Optional<SwapOutcome> exclusive(ModelFiles files, FileCheck check, ModelReference before)
      throws SwapFailure, InterruptedException {
    long gap = System.nanoTime();
    replacement.unload(listener.usualLoad());
    try {
      replacement.publish(files.reference(), probed(files, check));
      figures.millis("gap_ms", gap);
      return Optional.empty();
    } catch (SwapFailure e) {
      return Optional.of(back(before, e));
    }
  }

  private SwapOutcome back(ModelReference before, SwapFailure why) throws InterruptedException {
    enter(new SwapPhase.RollingBack(why.reason()));
    try {
      replacement.restore(before);
      return failed(Result.FAILED_ROLLBACK_COMPLETE, why);
    } catch (SwapFailure e) {
      return failed(
          Result.FAILED_UNABLE_TO_ROLLBACK,
          new SwapFailure(
              why.code(),
              "%s; and the old model %s could not be loaded again: %s"
                  .formatted(why.reason(), before, e.reason())));
    }
  }

  private SwapOutcome probation(ModelReference model, ModelReference before)
      throws Withdrawn, InterruptedException {
    Optional<SwapFailure> why = Optional.empty();
    try {
      why = new Probation(host, desired.settings(), memoryBefore, withdrawal).watch(this::enter);
    } catch (Withdrawn e) {
      if (e.why() == Withdrawal.Cause.SUPERSEDED) {
        listener.committed(model); // The next one goes back to what serves now.
      }
      throw e;
    }
    if (why.isEmpty()) {
      listener.committed(model);
      return ended(Result.SUCCESSFUL, Optional.empty(), Optional.empty());
    }
    try (Turns.Turn turn = turns.take(withdrawal)) {
      return back(before, why.get());
    }
  }

  private SwapOutcome failed(Result result, SwapFailure why) {
    return ended(result, Optional.of(why.code()), Optional.of(why.reason()));
  }

  private SwapOutcome ended(Result result, Optional<String> code, Optional<String> reason) {
    figures.millis("total_ms", beginNanos);
    return new SwapOutcome(
        desired.generation(),
        desired.deploymentId(),
        wanted,
        result,
        code,
        reason,
        mode.map(SwapMode::wireName),
        figures.all(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
  }
}
