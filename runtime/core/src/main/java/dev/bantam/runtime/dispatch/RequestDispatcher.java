package dev.bantam.runtime.dispatch;

import dev.bantam.runtime.slot.Lease;
import dev.bantam.runtime.slot.ModelVersion;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Admits a request or refuses it, leases its model, and puts it on a worker of its slot.
 *
 * <p>A request is refused when no slot serves it, when its deadline has passed, when its slot is
 * full, when the device spares itself, or when the runtime drains. An admitted request is answered
 * once: by its handler, at its deadline, by a cancel, or when a drain's time is up. While its slot
 * has no model, for it changes it, a request waits if its deadline allows. Deadlines use the
 * monotonic clock.
 *
 * <p>Threads: every method is called on the dispatcher's Vert.x context.
 */
public final class RequestDispatcher implements RequestHandler {

  private static final Duration AFTER_CHANGE = Duration.ofMillis(100);
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(1);
  private static final int TEN = 10;

  /** Before its deadline a request is ended that has no answer yet. */
  private static final Duration LONGEST_NOTICE = Duration.ofMillis(250);

  private static final int TWENTY = 20;

  private final Context context;
  private final SlotDirectory directory;
  private final MemoryLedger memory;
  private final Map<String, RequestInFlight> inFlight = new LinkedHashMap<>();
  private final Promise<Void> idleWhileDraining = Promise.promise();
  private boolean draining;
  private Optional<Refusal> ofAll = Optional.empty();
  private Optional<Refusal> ofLow = Optional.empty();
  private int cutShort;

  /**
   * @param context where this dispatcher lives
   * @param slots in the order in which they are asked whether they serve a task
   * @param memory of all requests
   */
  public RequestDispatcher(Context context, List<SlotWorkers> slots, MemoryLedger memory) {
    this.context = context;
    this.memory = memory;
    this.directory = new SlotDirectory(slots);
  }

  @Override
  public void dispatch(IncomingRequest request, Responder responder) {
    try {
      admit(request, responder);
    } catch (TaskException e) {
      responder.fail(e);
    }
  }

  private void admit(IncomingRequest request, Responder responder) throws TaskException {
    if (draining) {
      throw stopping();
    }
    SlotWorkers workers = directory.find(request);
    if (inFlight.containsKey(request.key())) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "a request with the same key is still being answered; give each request its own correlation data or id");
    }
    Cancellation cancellation = cancellation(request, workers.limits().timeout());
    Optional<Lease> lease = lease(workers, request.turn().priority(), cancellation);
    RequestInFlight admitted =
        new RequestInFlight(
            request, responder, workers, cancellation, memory, context, this::answered);
    inFlight.put(request.key(), admitted);
    admitted.enter();
    lease.ifPresentOrElse(admitted::start, () -> waitForModel(admitted));
  }

  /**
   * It is told in time that there will be no answer in time, and to ask again; somewhat later where
   * it has got a model meanwhile, but too late.
   */
  private void waitForModel(RequestInFlight waiting) {
    long left = TimeUnit.NANOSECONDS.toMillis(waiting.cancellation().nanosLeft());
    long margin = Math.min(left / TEN, LONGEST_MARGIN.toMillis());
    TaskException why = withoutModel(waiting.workers(), AFTER_CHANGE);
    context
        .owner()
        .setTimer(
            Math.max(1, left - margin),
            timer -> {
              if (waiting.lease().isEmpty()) {
                waiting.cancel(why);
              }
            });
    context.owner().setTimer(Math.max(1, left - margin / 2), timer -> waiting.cancel(why));
  }

  /** Empty if the request is to wait for a model. */
  private Optional<Lease> lease(SlotWorkers workers, Priority priority, Cancellation cancellation)
      throws TaskException {
    try {
      cancellation.throwIfCancelled();
      Optional<Refusal> refusal = ofAll.or(() -> priority == Priority.LOW ? ofLow : ofAll);
      if (refusal.isPresent()) {
        throw refusal.get().exception();
      }
      if (workers.isFull()) {
        throw busy(workers);
      }
      return leaseOrWait(workers, cancellation);
    } catch (TaskException e) {
      workers.figures().refused();
      throw e;
    }
  }

  private static Optional<Lease> leaseOrWait(SlotWorkers workers, Cancellation cancellation)
      throws TaskException {
    while (true) {
      if (workers.slot().state() instanceof SlotState.Switching switching) {
        Duration until = Duration.ofNanos(switching.readyNanos() - System.nanoTime());
        requireTime(cancellation, until.plus(workers.timeFor(workers.held())), workers);
        return Optional.empty();
      }
      try {
        return Optional.of(workers.slot().acquire());
      } catch (TaskException e) {
        if (!(workers.slot().state() instanceof SlotState.Switching)) {
          throw e;
        }
      }
    }
  }

  private static void requireTime(Cancellation cancellation, Duration needed, SlotWorkers workers)
      throws TaskException {
    if (cancellation.nanosLeft() < needed.toNanos()) {
      throw withoutModel(workers, needed);
    }
  }

  private static TaskException withoutModel(SlotWorkers workers, Duration retryAfter) {
    return new TaskException(
        ErrorCode.DRAINING,
        "slot %s is changing its model, which takes longer than this request may wait; try again then"
            .formatted(workers.name()),
        null,
        retryAfter.compareTo(AFTER_CHANGE) < 0 ? AFTER_CHANGE : retryAfter);
  }

  /** A slot has changed its model, or given up to: those that wait for it get their leases. */
  public void modelChanged(String slot) {
    int ahead = 0;
    for (RequestInFlight waiting : List.copyOf(inFlight.values())) {
      if (waiting.lease().isEmpty() && waiting.workers().name().equals(slot)) {
        try {
          directory.find(waiting.request());
          SlotWorkers workers = waiting.workers();
          requireTime(waiting.cancellation(), workers.timeFor(ahead++), workers);
          leaseOrWait(waiting.workers(), waiting.cancellation()).ifPresent(waiting::start);
        } catch (TaskException e) {
          waiting.cancel(e);
        }
      }
    }
  }

  /**
   * Ends the requests that a replaced model still works on, for their time is up.
   *
   * @return how many there were
   */
  public int endThoseOf(ModelVersion replaced) {
    List<RequestInFlight> late =
        inFlight.values().stream()
            .filter(request -> request.lease().filter(l -> l.version() == replaced).isPresent())
            .toList();
    late.forEach(request -> request.cancel(replacedMeanwhile(request.workers().name())));
    return late.size();
  }

  private static TaskException replacedMeanwhile(String slot) {
    return new TaskException(
        ErrorCode.DRAINING,
        "slot %s has changed its model, and the time for requests to the old one is up; ask again"
            .formatted(slot),
        null,
        AFTER_CHANGE);
  }

  private static Cancellation cancellation(IncomingRequest request, Duration timeout) {
    long limit = System.nanoTime() + timeout.toNanos();
    Optional<Long> own = request.deadlineNanos();
    boolean limited = own.isEmpty() || (request.withinTimeout() && limit - own.get() < 0);
    return limited
        ? new Cancellation(limit, Optional.of(timeout))
        : new Cancellation(inTime(own.orElse(limit)), Optional.empty());
  }

  /** When to end a request whose client waits until then, so that it still hears of it. */
  private static long inTime(long deadlineNanos) {
    long left = Math.max(0, deadlineNanos - System.nanoTime());
    return deadlineNanos - Math.min(left / TWENTY, LONGEST_NOTICE.toNanos());
  }

  private static TaskException busy(SlotWorkers workers) {
    return new TaskException(
        ErrorCode.BUSY,
        "slot %s is full (%d at work, %d waiting); try again later"
            .formatted(workers.name(), workers.limits().workers(), workers.limits().queue()),
        null,
        workers.retryAfter());
  }

  private static TaskException stopping() {
    return new TaskException(
        ErrorCode.DRAINING, "the device is stopping and takes no more requests; try again later");
  }

  private void answered(RequestInFlight request) {
    inFlight.remove(request.key());
    if (draining && inFlight.isEmpty()) {
      idleWhileDraining.tryComplete();
    }
  }

  @Override
  public boolean cancel(String key) {
    RequestInFlight request = inFlight.get(key);
    if (request == null) {
      return false;
    }
    request.cancel(new TaskException(ErrorCode.CANCELLED, "the request was cancelled"));
    return true;
  }

  @Override
  public boolean hasModel(String slot) {
    return directory.hasModel(slot);
  }

  @Override
  public List<ServedSlot> slots() {
    return directory.served();
  }

  /**
   * Refuses requests from now on, or takes them again; what is admitted is finished.
   *
   * @param all with what every request is refused; empty to take them
   * @param low with what those of low priority are refused; empty to take them
   */
  public void refuse(Optional<Refusal> all, Optional<Refusal> low) {
    ofAll = all;
    ofLow = low;
  }

  /** Requests admitted and not answered yet. */
  public int inFlight() {
    return inFlight.size();
  }

  /** Requests that {@link #drain} has cancelled, for its time was up. */
  public int cutShort() {
    return cutShort;
  }

  /**
   * Admits no more and lets what runs finish; what is not finished when time is up is cancelled
   * with {@code DRAINING}.
   *
   * @return completes when every admitted request is answered
   */
  public Future<Void> drain(Duration timeout) {
    draining = true;
    List.copyOf(inFlight.values()).stream()
        .filter(request -> request.lease().isEmpty())
        .forEach(request -> request.cancel(stopping()));
    if (inFlight.isEmpty()) {
      idleWhileDraining.tryComplete();
      return idleWhileDraining.future();
    }
    long timer =
        context
            .owner()
            .setTimer(
                Math.max(1, timeout.toMillis()),
                late -> {
                  cutShort = inFlight.size();
                  List.copyOf(inFlight.values()).forEach(left -> left.cancel(stopping()));
                });
    return idleWhileDraining.future().onComplete(nothing -> context.owner().cancelTimer(timer));
  }
}
