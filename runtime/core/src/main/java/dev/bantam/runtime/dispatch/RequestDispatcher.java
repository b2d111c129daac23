package dev.bantam.runtime.dispatch;

import dev.bantam.runtime.slot.Lease;
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

/**
 * Admits a request or refuses it, leases its model, and puts it on a worker of its slot.
 *
 * <p>A request is refused when no slot serves it, when its deadline has passed, when its slot is
 * full, when the device is too hot, or when the runtime drains. An admitted request is answered
 * once: by its handler, at its deadline, by a cancel, or when a drain's time is up. Deadlines use
 * the monotonic clock.
 *
 * <p>Threads: every method is called on the dispatcher's Vert.x context.
 */
public final class RequestDispatcher implements RequestHandler {

  private final Context context;
  private final SlotDirectory directory;
  private final Map<String, RequestInFlight> inFlight = new LinkedHashMap<>();
  private final Promise<Void> idleWhileDraining = Promise.promise();
  private boolean draining;
  private Optional<Duration> coolsWithin = Optional.empty();
  private int cutShort;

  /**
   * @param context where this dispatcher lives
   * @param slots in the order in which they are asked whether they serve a task
   */
  public RequestDispatcher(Context context, List<SlotWorkers> slots) {
    this.context = context;
    this.directory = new SlotDirectory(slots);
  }

  @Override
  public void dispatch(IncomingRequest request, Responder responder) {
    try {
      admit(request, responder).start();
    } catch (TaskException e) {
      responder.fail(e);
    }
  }

  private RequestInFlight admit(IncomingRequest request, Responder responder) throws TaskException {
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
    Lease lease = lease(workers, cancellation);
    RequestInFlight admitted =
        new RequestInFlight(
            request, responder, workers, lease, cancellation, context, this::answered);
    inFlight.put(request.key(), admitted);
    return admitted;
  }

  private Lease lease(SlotWorkers workers, Cancellation cancellation) throws TaskException {
    try {
      cancellation.throwIfCancelled();
      if (coolsWithin.isPresent()) {
        throw tooHot(coolsWithin.get());
      }
      if (workers.isFull()) {
        throw busy(workers);
      }
      return workers.slot().acquire();
    } catch (TaskException e) {
      workers.figures().refused();
      throw e;
    }
  }

  private static Cancellation cancellation(IncomingRequest request, Duration timeout) {
    long limit = System.nanoTime() + timeout.toNanos();
    Optional<Long> own = request.deadlineNanos();
    boolean limited = own.isEmpty() || (request.withinTimeout() && limit - own.get() < 0);
    return limited
        ? new Cancellation(limit, Optional.of(timeout))
        : new Cancellation(own.orElse(limit), Optional.empty());
  }

  private static TaskException busy(SlotWorkers workers) {
    return new TaskException(
        ErrorCode.BUSY,
        "slot %s is full (%d at work, %d waiting); try again later"
            .formatted(workers.name(), workers.limits().workers(), workers.limits().queue()),
        null,
        workers.retryAfter());
  }

  private static TaskException tooHot(Duration retryAfter) {
    return new TaskException(
        ErrorCode.TOO_HOT,
        "the device is too hot and takes no requests until it is cooler; try again later, or ask another device",
        null,
        retryAfter);
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
  public List<ServedSlot> slots() {
    return directory.served();
  }

  /**
   * Refuses requests because of the heat, or takes them again; what is admitted is finished.
   *
   * @param retryAfter when to ask again; empty to take requests
   */
  public void refuseForHeat(Optional<Duration> retryAfter) {
    coolsWithin = retryAfter;
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
