package dev.bantam.runtime;

import dev.bantam.runtime.profile.DevicePlanner;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.runtime.swap.Reload;
import dev.bantam.runtime.swap.SwapMode;
import dev.bantam.runtime.swap.SwapOutcome;
import dev.bantam.runtime.swap.Swaps;
import dev.bantam.spi.ModelReference;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives slots a smaller variant of their models while the device spares itself, and what they had
 * before afterwards. Slots whose models are there by a wish are left alone, and a wish that comes
 * meanwhile counts more. On the runtime's context.
 */
final class SmallerVariants {

  private static final Logger log = LoggerFactory.getLogger(SmallerVariants.class);

  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Context context;
  private final RuntimeParts parts;
  private final DevicePlanner planner;
  private final Swaps swaps;
  private final Function<LoadedSlot, LoadedSlotHost> hosts;
  private final Map<LoadedSlot, Replaced> replaced = new LinkedHashMap<>();
  private boolean wanted;

  /** What a slot had, and has in its place. */
  private record Replaced(ModelReference before, ModelReference smaller) {}

  SmallerVariants(
      Context context,
      RuntimeOptions options,
      RuntimeParts parts,
      Swaps swaps,
      Function<LoadedSlot, LoadedSlotHost> hosts) {
    this.context = context;
    this.parts = parts;
    this.planner = new DevicePlanner(options.models()::variants);
    this.swaps = swaps;
    this.hosts = hosts;
  }

  /**
   * Begins to change the slots' models, if they are not as they shall be; returns at once.
   *
   * @param smaller whether they shall be smaller than usual
   * @param hasMemory whether there is memory for two at a time
   */
  void want(boolean smaller, boolean hasMemory) {
    if (smaller == wanted) {
      return;
    }
    wanted = smaller;
    if (smaller) {
      SwapMode mode = hasMemory ? SwapMode.AUTO : SwapMode.EXCLUSIVE;
      parts.slots().forEach(slot -> shrink(slot, mode));
    } else {
      Map.copyOf(replaced).forEach(this::restore);
    }
  }

  private void shrink(LoadedSlot slot, SwapMode mode) {
    String name = slot.plan().name();
    if (slot.workers().slot().isVacant() || swaps.isWished(name)) {
      return;
    }
    ModelReference held = slot.workers().slot().state().reference();
    Replaced past = replaced.get(slot);
    if (past != null && past.smaller().equals(held)) {
      return; // It has not got back yet what it had before.
    }
    Future<Optional<ModelReference>> choosing =
        context.executeBlocking(() -> planner.smaller(slot.plan(), held, parts.hardware()), false);
    choosing
        .onFailure(why -> log.warn("slot {}: no smaller variant can be chosen", name, why))
        .onSuccess(
            found ->
                found
                    .filter(smaller -> wanted)
                    .ifPresent(
                        smaller -> {
                          replaced.put(slot, new Replaced(held, smaller));
                          change(slot, smaller, new Reload.Sparing(held, mode, true));
                        }));
  }

  /**
   * Tries it again as long as the slot has the smaller one, for another reload may come between.
   */
  private void restore(LoadedSlot slot, Replaced past) {
    change(slot, past.before(), new Reload.Sparing(past.smaller(), SwapMode.AUTO, false))
        .whenComplete((outcome, why) -> context.runOnContext(nothing -> restored(slot, past)));
  }

  private void restored(LoadedSlot slot, Replaced past) {
    if (slot.workers().slot().state() instanceof SlotState.Serving serving
        && serving.reference().equals(past.smaller())) {
      context
          .owner()
          .setTimer(
              AGAIN.toMillis(), timer -> context.runOnContext(nothing -> restoreAgain(slot, past)));
    } else {
      replaced.remove(slot, past);
    }
  }

  private void restoreAgain(LoadedSlot slot, Replaced past) {
    if (!wanted) {
      restore(slot, past);
    }
  }

  private CompletableFuture<SwapOutcome> change(
      LoadedSlot slot, ModelReference model, Reload.Sparing how) {
    String name = slot.plan().name();
    return swaps
        .reload(
            name,
            new Reload(
                hosts.apply(slot), Optional.of(model), slot.plan().model(), Optional.of(how)))
        .whenComplete(
            (outcome, why) -> {
              if (outcome == null || outcome.result() != SwapOutcome.Result.SUCCESSFUL) {
                log.info("slot {} does not change to {} to spare the device", name, model);
              }
            });
  }
}
