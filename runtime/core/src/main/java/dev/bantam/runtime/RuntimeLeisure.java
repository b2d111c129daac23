package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.governor.Level;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.runtime.swap.Swaps;
import dev.bantam.runtime.tuning.Tuning;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when a runtime has time to spare, and what for: models that were not measured yet. */
public final class RuntimeLeisure {

  private static final Logger LOG = LoggerFactory.getLogger(RuntimeLeisure.class);

  /** A JVM that measures, without the model. */
  private static final long MEASURING_BYTES = 160L << 20;

  /** What is to stay free of the memory that the process may use. */
  private static final double RESERVE = 0.2;

  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final Swaps swaps;
  private final Governor governor;

  RuntimeLeisure(RuntimeOptions options, RuntimeParts parts, Swaps swaps, Governor governor) {
    this.options = options;
    this.parts = parts;
    this.swaps = swaps;
    this.governor = governor;
  }

  /**
   * How busy the runtime is at a moment.
   *
   * @param taken requests so far
   * @param isAtWork whether it answers requests, changes a model, or spares the device
   */
  public record Moment(long taken, boolean isAtWork) {}

  /**
   * A slot whose model was not measured on this machine.
   *
   * @param slot its name
   * @param model with version and variant
   * @param obstacle why it cannot be measured while the device runs; empty if it can
   */
  public record Untuned(String slot, ModelReference model, Optional<String> obstacle) {}

  /** On the runtime's context. */
  Moment now() {
    boolean isBusy = parts.slots().stream().anyMatch(slot -> slot.workers().held() > 0);
    boolean isSwapping =
        parts.slots().stream()
            .anyMatch(slot -> swaps.report(slot.plan().name()).progress().isPresent());
    return new Moment(
        parts.slots().stream().mapToLong(slot -> slot.workers().taken()).sum(),
        isBusy || isSwapping || isSparing());
  }

  private boolean isSparing() {
    return governor.temperature().filter(shown -> shown.state() != Level.NORMAL).isPresent()
        || governor.report().filter(report -> !report.now().measures().isEmpty()).isPresent();
  }

  /** Blocking, for it looks through the models. */
  List<Untuned> untuned() {
    List<Untuned> found = new ArrayList<>();
    for (LoadedSlot slot : parts.slots()) {
      if (slot.workers().slot().state() instanceof SlotState.Serving serving
          && slot.plan().isTunable()) {
        options
            .tuning()
            .flatMap(tuning -> untuned(slot, serving.version().reference(), tuning))
            .ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Untuned> untuned(LoadedSlot slot, ModelReference model, Tuning tuning) {
    try {
      ModelFiles files = options.models().resolve(model, List.of());
      return tuning.known(files, slot.plan().context()).isPresent()
          ? Optional.empty()
          : Optional.of(new Untuned(slot.plan().name(), model, obstacle(slot, files)));
    } catch (ModelException e) {
      LOG.debug("model {} is not measured: {}", model, e.getMessage());
      return Optional.empty();
    }
  }

  /** Whoever measures has the model in memory, too. */
  private Optional<String> obstacle(LoadedSlot slot, ModelFiles files) {
    long usable = (long) ((1 - RESERVE) * parts.hardware().usableMemoryBytes());
    long twice =
        parts.modelBytes()
            + Runtime.getRuntime().totalMemory()
            + slot.needs().of(slot.plan(), files).bytes()
            + MEASURING_BYTES;
    return twice <= usable
        ? Optional.empty()
        : Optional.of(
            "memory would not hold the model twice; stop the device and type: bantam tune");
  }
}
