package dev.bantam.runtime;

import dev.bantam.runtime.swap.Reload;
import dev.bantam.runtime.swap.Swaps;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks again for the models of slots that have none, for the network may be there now, or the disk
 * have room. On the runtime's context.
 */
final class VacancyWatch {

  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Context context;
  private final List<LoadedSlot> slots;
  private final Swaps swaps;
  private final Function<LoadedSlot, LoadedSlotHost> hosts;
  private Duration next;
  private long timer = -1;

  /**
   * @param first from now until the models are asked for the first time; after that twice as long
   *     each time
   */
  VacancyWatch(
      Context context,
      List<LoadedSlot> slots,
      Swaps swaps,
      Function<LoadedSlot, LoadedSlotHost> hosts,
      Duration first) {
    this.context = context;
    this.slots = slots;
    this.swaps = swaps;
    this.hosts = hosts;
    this.next = first;
  }

  void start() {
    timer = context.owner().setTimer(next.toMillis(), id -> context.runOnContext(v -> look()));
  }

  void stop() {
    context.owner().cancelTimer(timer);
  }

  private void look() {
    slots.stream().filter(slot -> slot.workers().slot().isVacant()).forEach(this::ask);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    start();
  }

  /** Behind what is asked for already. */
  private void ask(LoadedSlot slot) {
    String name = slot.plan().name();
    if (swaps.report(name).progress().isEmpty()) {
      swaps.reload(
          name, Reload.configured(hosts.apply(slot), Optional.empty(), slot.plan().model()));
    }
  }
}
