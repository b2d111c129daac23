package dev.bantam.runtime.swap;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import dev.bantam.spi.ModelReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The swaps of all slots of a device. Any thread. */
public final class Swaps {

  private static final Logger log = LoggerFactory.getLogger(Swaps.class);

  /** A run may be loading a model when the runtime stops. */
  private static final long STOP_MS = TimeUnit.SECONDS.toMillis(30);

  private final Events events;
  private final DesiredReader reader = new DesiredReader();
  private final Turns turns = new Turns();
  private final Map<String, SlotSwapper> swappers = new LinkedHashMap<>();
  private final Map<String, Map<String, Long>> endings = new ConcurrentHashMap<>();
  private volatile Runnable changed = () -> {};

  /**
   * @param events told of swaps
   */
  public Swaps(Events events) {
    this.events = events;
  }

  /** Takes wishes for one more slot; before the first wish comes. */
  public void add(SlotHost host, SlotStart start) {
    String slot = host.slot().name();
    SlotJournal journal = start.begun(host.slot().state().reference());
    SlotSwapper swapper = new SlotSwapper(host, turns, start.file(), journal, new SlotNews(slot));
    swapper.open();
    swappers.put(slot, swapper);
  }

  /**
   * From now on this is run whenever something that is reported has changed.
   *
   * @param action any thread; must not block
   */
  public void onChange(Runnable action) {
    changed = action;
  }

  /**
   * A {@code desired} message.
   *
   * @param payload empty if a wish was taken back
   */
  public void desired(String slot, byte[] payload) {
    if (payload.length == 0) {
      return;
    }
    SlotSwapper swapper = swappers.get(slot);
    if (swapper == null) {
      refuse(
          slot,
          swappers.isEmpty()
              ? "this device has no slot that serves"
              : "this device has no such slot that serves; there are: "
                  + String.join(", ", swappers.keySet()));
      return;
    }
    try {
      swapper.desired(reader.read(payload));
    } catch (IllegalArgumentException e) {
      refuse(slot, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Loads the model of a slot that serves in another way; the old one serves meanwhile, and goes on
   * if the new one is no good.
   *
   * @return how it ended; cancelled if another reload or the runtime's end came first
   */
  public CompletableFuture<SwapOutcome> reload(String slot, Reload reload) {
    SlotSwapper swapper = swappers.get(slot);
    if (swapper == null) {
      throw new IllegalArgumentException("no slot " + slot + " serves");
    }
    return swapper.reload(reload);
  }

  private void refuse(String slot, String reason) {
    log.warn("a wish for slot {} is not taken: {}", slot, reason);
    events.tell(
        new Event(
            EventKind.DESIRED_REFUSED,
            "a wish for slot %s is not taken: %s".formatted(slot, reason),
            Map.of("slot", slot, "reason", reason)));
  }

  /** What is to be said of a slot's swaps. */
  public SwapReport report(String slot) {
    SlotSwapper swapper = swappers.get(slot);
    return swapper == null ? SwapReport.NONE : swapper.report();
  }

  /** How many swaps of a slot have ended since the start, by how, in lower case. */
  public Map<String, Long> counts(String slot) {
    return Map.copyOf(endings.getOrDefault(slot, Map.of()));
  }

  /** Whether a slot's model is there by a wish; what the device does by itself leaves it alone. */
  public boolean isWished(String slot) {
    SlotSwapper swapper = swappers.get(slot);
    return swapper != null && swapper.isWished();
  }

  /** How a slot's last swaps ended, the newest first. */
  public List<SwapOutcome> history(String slot) {
    SlotSwapper swapper = swappers.get(slot);
    return swapper == null ? List.of() : swapper.history();
  }

  /** The slots whose models can be replaced. */
  public List<String> slots() {
    return List.copyOf(swappers.keySet());
  }

  /** Begins no more swaps and breaks off those that go on. Returns at once. */
  public void stop() {
    swappers.values().forEach(SlotSwapper::stop);
  }

  /** After {@link #stop}: waits until swaps have ended. Blocking. */
  public void awaitEnd() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MS);
    try {
      for (SlotSwapper swapper : swappers.values()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (!swapper.awaitEnd(Math.max(1, left))) {
          log.warn("a swap does not end; its model may still be loading");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class SlotNews implements SwapNews {

    private final String slot;

    SlotNews(String slot) {
      this.slot = slot;
    }

    @Override
    public void begun(ModelReference active, Desired wish) {
      log.info(
          "slot {}: from {} to {}, generation {}", slot, active, wish.model(), wish.generation());
      tell(
          EventKind.SWAP_BEGUN,
          wish.isByDevice() && wish.model().equals(active)
              ? "slot %s loads %s anew, for its configuration or its plugin has changed"
                  .formatted(slot, wish.model())
              : "slot %s is to change from %s to %s".formatted(slot, active, wish.model()),
          Map.of(
              "slot", slot,
              "generation", wish.generation(),
              "from", active.toString(),
              "to", wish.model().toString()));
    }

    @Override
    public void changed() {
      changed.run();
    }

    @Override
    public void ended(ModelReference active, SwapOutcome outcome, Desired wish) {
      endings
          .computeIfAbsent(slot, first -> new ConcurrentHashMap<>())
          .merge(outcome.result().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
      String reason = outcome.reason().orElse("");
      log.info(
          "slot {}: generation {} ended {}{}; {} serves, figures {}",
          slot,
          outcome.generation(),
          outcome.result(),
          reason.isEmpty() ? "" : " (" + reason + ")",
          active,
          outcome.figures());
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("slot", slot);
      details.put("generation", outcome.generation());
      details.put("model", active.toString());
      switch (outcome.result()) {
        case SUCCESSFUL ->
            tell(
                EventKind.SWAP_SUCCEEDED,
                "slot %s serves with %s".formatted(slot, active),
                details);
        case SUPERSEDED ->
            tell(
                EventKind.SWAP_SUPERSEDED,
                "slot %s: the swap to %s gave way to a newer wish"
                    .formatted(slot, outcome.wanted()),
                details);
        default -> {
          details.put("result", outcome.result().name());
          details.put("wanted", outcome.wanted());
          details.put("code", outcome.code().orElse("unknown"));
          details.put("reason", reason.isEmpty() ? "unknown" : reason);
          tell(
              EventKind.SWAP_FAILED,
              "slot %s: the swap to %s ended %s: %s"
                  .formatted(slot, outcome.wanted(), outcome.result(), reason),
              details);
        }
      }
      changed.run();
    }

    private void tell(EventKind kind, String message, Map<String, Object> details) {
      events.tell(new Event(kind, message, details));
    }
  }
}
