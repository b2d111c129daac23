package dev.bantam.runtime.swap;

import dev.bantam.models.ModelException;
import dev.bantam.spi.ModelReference;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The swaps of one slot, one after the other. Of several wishes the newest is done, and the others
 * are {@code SUPERSEDED}. Any thread.
 */
final class SlotSwapper {

  private static final Logger log = LoggerFactory.getLogger(SlotSwapper.class);

  private final Turns turns;
  private final JournalFile file;
  private final SwapNews news;
  private final ExecutorService thread;
  private volatile SlotHost host;
  private SlotJournal journal;
  private volatile SwapReport report;
  private @Nullable Desired next;
  private @Nullable Asked reload;
  private @Nullable SwapRun running;

  /** What the slot has in place of the journal's model while the device spares itself. */
  private Optional<ModelReference> passing = Optional.empty();

  private boolean stopping;

  /**
   * @param journal as it was read at the start
   * @param news told what comes of wishes
   */
  SlotSwapper(SlotHost host, Turns turns, JournalFile file, SlotJournal journal, SwapNews news) {
    this.host = host;
    this.turns = turns;
    this.file = file;
    this.news = news;
    this.journal = journal;
    this.report =
        new SwapReport(
            journal.previous().map(ModelReference::parse),
            Optional.empty(),
            journal.outcomes().stream().findFirst());
    // A thread that is there only while there is something to do, and holds no host of before.
    String name = "bantam-swap-" + host.slot().name();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              return made;
            });
    pool.allowCoreThreadTimeOut(true);
    this.thread = pool;
  }

  /** Writes down what the slot begins with, on the swap thread. */
  void open() {
    thread.execute(this::writeFirst);
  }

  private synchronized void writeFirst() {
    write(journal);
    hold();
  }

  SwapReport report() {
    return report;
  }

  /** How the last swaps ended, the newest first. */
  synchronized List<SwapOutcome> history() {
    return journal.outcomes();
  }

  /** A wish; one that is not newer than those of before changes nothing. */
  synchronized void desired(Desired wish) {
    long newest =
        Math.max(
            journal.generation(),
            Math.max(next == null ? 0 : next.generation(), runningGeneration()));
    if (stopping || wish.generation() <= newest) {
      return;
    }
    Desired skipped = next;
    next = wish;
    if (skipped != null) {
      record(superseded(skipped));
    }
    if (running != null && !running.desired().isByDevice()) {
      running.withdraw(Withdrawal.Cause.SUPERSEDED);
    }
    thread.execute(this::runNewest);
  }

  /** A reload that was asked for. */
  private record Asked(Reload reload, CompletableFuture<SwapOutcome> done) {}

  /**
   * Loads the model in another way, after the swap that is under way, and before the next.
   *
   * @return how it ended; cancelled if another reload or the runtime's end came first
   */
  synchronized CompletableFuture<SwapOutcome> reload(Reload wanted) {
    Asked asked = new Asked(wanted, new CompletableFuture<>());
    if (stopping) {
      asked.done().cancel(false);
      return asked.done();
    }
    if (reload != null) {
      reload.done().cancel(false);
    }
    reload = asked;
    thread.execute(this::runNewest);
    return asked.done();
  }

  private long runningGeneration() {
    SwapRun run = running;
    return run == null ? 0 : run.desired().generation();
  }

  private static SwapOutcome superseded(Desired skipped) {
    return SwapOutcome.notBegun(
        skipped,
        SwapOutcome.Result.SUPERSEDED,
        "superseded",
        "a newer wish for this slot came before it was begun");
  }

  private void runNewest() {
    Optional<Asked> asked = takeReload();
    SwapRun run = begin(asked.map(Asked::reload));
    if (run == null) {
      asked.ifPresent(one -> one.done().cancel(false));
      return;
    }
    try {
      Optional<SwapOutcome> outcome = run.run();
      outcome.ifPresent(ended -> end(run, ended));
      outcome.ifPresent(ended -> asked.ifPresent(one -> one.done().complete(ended)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("slot {}: the swap to {} broke off", host.slot().name(), run.desired().model(), e);
      end(run, broken(run.desired(), e));
    } finally {
      finish();
      asked.ifPresent(one -> one.done().cancel(false));
    }
  }

  private static SwapOutcome broken(Desired wish, Throwable why) {
    return SwapOutcome.notBegun(
        wish, SwapOutcome.Result.FAILED_NO_STATE_CHANGE, "internal", String.valueOf(why));
  }

  private synchronized Optional<Asked> takeReload() {
    Optional<Asked> asked = Optional.ofNullable(reload);
    reload = null;
    return asked;
  }

  private synchronized @Nullable SwapRun begin(Optional<Reload> reloaded) {
    Desired wish = reloaded.map(Reload::wish).orElse(next);
    if (wish == null || stopping || reloaded.filter(this::givesWay).isPresent()) {
      return null;
    }
    next = reloaded.isPresent() ? next : null;
    SlotHost loading = reloaded.map(Reload::host).orElse(host);
    SwapRun run = new SwapRun(host, loading, wish, turns, new Progress(wish, reloaded));
    running = run;
    news.begun(host.slot().state().reference(), wish);
    return run;
  }

  /** What spares the device is not done where a wish has come, or has put another model in. */
  private boolean givesWay(Reload wanted) {
    return wanted
        .sparing()
        .filter(how -> next != null || !how.from().equals(host.slot().state().reference()))
        .isPresent();
  }

  /** Whether the slot's model is there by a wish. */
  synchronized boolean isWished() {
    return passing.isEmpty() && journal.isActiveWished();
  }

  private synchronized void finish() {
    running = null;
  }

  private void end(SwapRun run, SwapOutcome outcome) {
    synchronized (this) {
      running = null;
      record(outcome);
      hold();
    }
    news.ended(host.slot().state().reference(), outcome, run.desired());
  }

  /** Written before it is told. */
  private synchronized void record(SwapOutcome outcome) {
    write(outcome.generation() == Desired.BY_DEVICE ? journal.untried() : journal.ended(outcome));
    report =
        new SwapReport(
            journal.previous().map(ModelReference::parse),
            report.progress().filter(p -> p.desired().generation() != outcome.generation()),
            journal.outcomes().stream().findFirst());
  }

  private synchronized void write(SlotJournal changed) {
    journal = changed;
    try {
      file.write(changed);
    } catch (UncheckedIOException e) {
      log.error("{}; after a restart the slot may begin with another model", e.getMessage(), e);
    }
  }

  private void hold() {
    try {
      host.hold(Stream.concat(journal.held().stream(), passing.stream()).distinct().toList());
    } catch (ModelException e) {
      log.warn("slot {}: {}", host.slot().name(), e.getMessage());
    }
  }

  /**
   * Begins no more swaps, and breaks off what is going on. A model in probation is not committed:
   * the next start goes back.
   */
  synchronized void stop() {
    stopping = true;
    next = null;
    if (reload != null) {
      reload.done().cancel(false);
      reload = null;
    }
    if (running != null) {
      running.withdraw(Withdrawal.Cause.STOPPING);
    }
    thread.shutdown();
  }

  /**
   * Whether the swap thread has ended within the limit. Where nothing is kept over a restart,
   * models are not held any longer.
   */
  boolean awaitEnd(long millis) throws InterruptedException {
    boolean ended = thread.awaitTermination(millis, TimeUnit.MILLISECONDS);
    if (file.path().isEmpty()) {
      release();
    }
    return ended;
  }

  private void release() {
    try {
      host.hold(List.of());
    } catch (ModelException e) {
      log.warn("slot {}: {}", host.slot().name(), e.getMessage());
    }
  }

  private final class Progress implements SwapRun.Listener {

    private final Desired wish;
    private final Optional<Reload> reloaded;

    Progress(Desired wish, Optional<Reload> reloaded) {
      this.wish = wish;
      this.reloaded = reloaded;
    }

    @Override
    public void phase(Optional<SwapMode> mode, SwapPhase phase) {
      synchronized (SlotSwapper.this) {
        report = report.withProgress(Optional.of(new SwapReport.Progress(wish, mode, phase)));
      }
      news.changed();
    }

    @Override
    public void trying(ModelReference model) throws ModelException {
      synchronized (SlotSwapper.this) {
        SlotJournal changed =
            journal.trying(
                new SlotJournal.Attempt(wish.generation(), wish.deploymentId(), model.toString()));
        if (wish.isByDevice() && model.toString().equals(journal.active())) {
          return; // After a crash the slot begins with it anyway.
        }
        host.hold(changed.held());
        write(changed);
      }
    }

    @Override
    public void committed(ModelReference model) {
      synchronized (SlotSwapper.this) {
        boolean passes = reloaded.filter(each -> passes(each, model)).isPresent();
        passing = passes ? Optional.of(model) : Optional.empty();
        SlotJournal changed = passes ? journal : journal.committed(model);
        if (reloaded.isPresent()) {
          host = reloaded.get().host();
          host.adopted();
          changed = changed.configured(reloaded.get().configured());
        }
        write(changed);
      }
    }

    /** It stays what it is if it is loaded anew for another configuration meanwhile. */
    private boolean passes(Reload each, ModelReference model) {
      return each.isPassing()
          || (each.sparing().isEmpty() && passing.filter(model::equals).isPresent());
    }

    @Override
    public Duration usualLoad() {
      return history().stream()
          .map(SwapOutcome::loadTime)
          .flatMap(Optional::stream)
          .findFirst()
          .orElse(Replacement.USUAL_LOAD);
    }
  }
}
