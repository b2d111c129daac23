package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.event.Growth;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.runtime.store.SpoolCounts;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tells, at most once a minute, how many requests were refused without an answer and how many
 * messages that waited for the broker are lost. On the gateway's context.
 */
final class LossWatch {

  static final Duration PAUSE = Duration.ofMinutes(1);
  private static final long LOOK_MS = 1_000;

  private final Context context;
  private final Events events;
  private final RefusalCounts refusals;
  private final Optional<DeviceStore> store;
  private final Runnable looked;
  private final Growth lossesInAll = new Growth(PAUSE);
  private SpoolCounts told = SpoolCounts.NONE;
  private long timer = -1;

  /**
   * @param looked run each second, after a look
   */
  LossWatch(
      Context context,
      Events events,
      RefusalCounts refusals,
      Optional<DeviceStore> store,
      Runnable looked) {
    this.context = context;
    this.events = events;
    this.refusals = refusals;
    this.store = store;
    this.looked = looked;
  }

  void start() {
    timer =
        context.owner().setPeriodic(LOOK_MS, id -> context.runOnContext(nothing -> lookAndTell()));
  }

  /** Tells what is left to tell, and no more. */
  void stop() {
    context.owner().cancelTimer(timer);
    look();
  }

  private void lookAndTell() {
    look();
    looked.run();
  }

  private void look() {
    refusals.tellDue();
    store.map(DeviceStore::counts).ifPresent(this::tellLosses);
  }

  private void tellLosses(SpoolCounts now) {
    if (lossesInAll.due(now.dropped() + now.lost(), System.nanoTime()) == 0) {
      return;
    }
    long dropped = now.dropped() - told.dropped();
    long lost = now.lost() - told.lost();
    told = now;
    events.tell(
        new Event(
            EventKind.SPOOL_DROPPED,
            "of the messages that wait for the broker %d were dropped, for they were too many or too old (store.spool), and %d could not be written"
                .formatted(dropped, lost),
            Map.of("dropped", dropped, "lost", lost)));
  }
}
