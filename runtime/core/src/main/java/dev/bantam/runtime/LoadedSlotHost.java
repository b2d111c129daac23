package dev.bantam.runtime;

import dev.bantam.models.Canary;
import dev.bantam.models.ModelException;
import dev.bantam.models.PullEvent;
import dev.bantam.models.PullListener;
import dev.bantam.runtime.dispatch.RequestDispatcher;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.runtime.slot.ModelVersion;
import dev.bantam.runtime.swap.Desired;
import dev.bantam.runtime.swap.SlotHost;
import dev.bantam.runtime.swap.SwapPhase;
import dev.bantam.runtime.swap.SwapPolicy;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import io.vertx.core.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One slot of a runtime, for its swaps. */
final class LoadedSlotHost implements SlotHost {

  private static final Logger log = LoggerFactory.getLogger(LoadedSlotHost.class);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Context context;
  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final LoadedSlot loaded;
  private final RequestDispatcher dispatcher;
  private final SlotSetup setup;

  /** As the slot's model was loaded. */
  LoadedSlotHost(
      Context context,
      RuntimeOptions options,
      RuntimeParts parts,
      LoadedSlot loaded,
      RequestDispatcher dispatcher) {
    this(context, options, parts, loaded, dispatcher, loaded.setup());
  }

  private LoadedSlotHost(
      Context context,
      RuntimeOptions options,
      RuntimeParts parts,
      LoadedSlot loaded,
      RequestDispatcher dispatcher,
      SlotSetup setup) {
    this.context = context;
    this.options = options;
    this.parts = parts;
    this.loaded = loaded;
    this.dispatcher = dispatcher;
    this.setup = setup;
  }

  /** The same slot, whose models are loaded in another way. */
  LoadedSlotHost with(SlotSetup other) {
    return new LoadedSlotHost(context, options, parts, loaded, dispatcher, other);
  }

  LoadedSlot loaded() {
    return loaded;
  }

  @Override
  public void adopted() {
    loaded.adopt(setup);
  }

  @Override
  public ModelSlot slot() {
    return loaded.workers().slot();
  }

  @Override
  public ModelFiles obtain(Desired desired, Consumer<SwapPhase> progress) throws ModelException {
    List<String> variants =
        desired.model().variant().isPresent() ? List.of() : setup.plan().variants();
    return options.models().obtain(desired, variants, new Telling(progress));
  }

  @Override
  public ModelFiles verified(ModelReference reference) throws ModelException {
    return options.models().verified(reference, List.of());
  }

  @Override
  public void hold(Collection<ModelReference> models) throws ModelException {
    options.models().hold(options.site().device() + "/" + setup.plan().name(), models);
  }

  @Override
  public LoadedModel load(ModelFiles files) throws TaskException {
    return SlotLoader.load(setup, options, files, loaded.requiredTasks());
  }

  @Override
  public List<Canary> canaries(ModelFiles files) throws ModelException {
    List<Canary> all = new ArrayList<>(options.models().canaries(files.reference()));
    all.addAll(setup.plan().canaries());
    return all;
  }

  @Override
  public Optional<Double> minTokensPerSecond() {
    return setup.plan().minTokensPerSecond();
  }

  @Override
  public long need(ModelReference model) {
    return need(loaded, setup.plan(), model);
  }

  private long need(LoadedSlot slot, SlotPlan plan, ModelReference model) {
    return memoryOf(slot, plan, model).map(MemoryNeed::bytes).orElse(0L);
  }

  private Optional<MemoryNeed> memoryOf(LoadedSlot slot, SlotPlan plan, ModelReference model) {
    try {
      return Optional.of(slot.needs().of(plan, options.models().resolve(model, List.of())));
    } catch (ModelException e) {
      log.warn("what model {} takes in memory is not known: {}", model, e.getMessage());
      return Optional.empty();
    }
  }

  private long resting() {
    return slot().isVacant()
        ? 0
        : memoryOf(loaded, setup.plan(), slot().state().reference())
            .map(MemoryNeed::resting)
            .orElse(0L);
  }

  @Override
  public SwapPolicy.Memory memory(long active, long candidate) {
    long others =
        parts.slots().stream()
            .filter(slot -> slot != loaded)
            .filter(slot -> !slot.workers().slot().isVacant())
            .mapToLong(slot -> need(slot, slot.plan(), slot.workers().slot().state().reference()))
            .sum();
    return new SwapPolicy.Memory(parts.budget(), others, active, candidate);
  }

  @Override
  public long budget() {
    return parts.budget();
  }

  @Override
  public long measuredMemory() {
    return parts.modelBytes();
  }

  @Override
  public void modelChanged() {
    loaded.limit();
    parts.memory().rests(slot().name(), resting());
    context.runOnContext(nothing -> dispatcher.modelChanged(slot().name()));
  }

  @Override
  public void endThoseOf(ModelVersion replaced) {
    context.runOnContext(
        nothing -> {
          int late = dispatcher.endThoseOf(replaced);
          log.warn(
              "slot {}: {} requests to {} were still running and are told to ask again",
              slot().name(),
              late,
              replaced.reference());
        });
  }

  @Override
  public Clock clock() {
    return Clock.systemDefaultZone();
  }

  /** Tells of a transfer once a second. */
  private static final class Telling implements PullListener {

    private final Consumer<SwapPhase> progress;
    private long told = System.nanoTime() - TELL_NANOS;

    Telling(Consumer<SwapPhase> progress) {
      this.progress = progress;
    }

    @Override
    public void event(PullEvent event) {
      if (event instanceof PullEvent.Progress at) {
        tell(new SwapPhase.Downloading("download", at.done(), at.total()));
      } else if (event instanceof PullEvent.Importing at) {
        tell(new SwapPhase.Downloading(at.step(), at.done(), at.total()));
      }
    }

    private void tell(SwapPhase phase) {
      long now = System.nanoTime();
      if (now - told >= TELL_NANOS) {
        told = now;
        progress.accept(phase);
      }
    }
  }
}
