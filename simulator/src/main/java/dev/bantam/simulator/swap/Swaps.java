package dev.bantam.simulator.swap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.simulator.app.AnswerWatch;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SwapSpec;
import dev.bantam.simulator.schedule.Request;
import dev.bantam.simulator.schedule.Wish;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All swaps of a run. It is told of each answer, too, for what swaps must not do shows there:
 * answers that are of no version, and answers that are late.
 */
public final class Swaps implements AnswerWatch {

  private final Vertx vertx;
  private final BrokerAccess broker;
  private final Scenario scenario;
  private final Optional<String> device;
  private final String prefix;
  private final Supplier<Map<String, Long>> memoryNow;
  private final List<SlotSwaps> all = new ArrayList<>();
  private final Map<String, String> devices = new HashMap<>();
  private final References references;
  private final SwapMemory memory = new SwapMemory();
  private List<Phase> phases = List.of();
  private long startNanos;
  private volatile boolean finished;

  /**
   * Not connected yet.
   *
   * @param device whose slots they are where the scenario names none, if there is one
   * @param prefix of the clients' identifiers
   * @param memoryNow bytes of memory of the devices by their names; may block
   */
  public Swaps(
      Vertx vertx,
      BrokerAccess broker,
      Scenario scenario,
      Optional<String> device,
      String prefix,
      Supplier<Map<String, Long>> memoryNow) {
    this.vertx = vertx;
    this.broker = broker;
    this.scenario = scenario;
    this.device = device;
    this.prefix = prefix;
    this.memoryNow = memoryNow;
    this.references =
        new References(
            scenario.applications().stream()
                .filter(ApplicationSpec::reference)
                .map(ApplicationSpec::id)
                .collect(Collectors.toSet()));
    Map<String, Slot> slots = new HashMap<>();
    for (SwapSpec spec : scenario.swapPlan().swaps()) {
      for (String id : devicesOf(spec)) {
        Slot slot = slots.computeIfAbsent(id + "/" + spec.slot(), key -> new Slot(id, spec.slot()));
        all.add(swapsOf(spec, slot));
      }
    }
    for (ApplicationSpec spec : scenario.applications()) {
      spec.device().or(() -> device).ifPresent(id -> devices.put(spec.id(), id));
    }
  }

  private List<String> devicesOf(SwapSpec spec) {
    return spec.devices().isEmpty() ? List.of(device.orElseThrow()) : spec.devices();
  }

  private SlotSwaps swapsOf(SwapSpec spec, Slot slot) {
    List<Controller> controllers = new ArrayList<>();
    for (int i = 0; i < spec.controllers(); i++) {
      String clientId = "%s-%s-%s-%d".formatted(prefix, spec.id(), slot.device(), i);
      controllers.add(new Controller(vertx, broker, slot, clientId));
    }
    return new SlotSwaps(
        vertx,
        scenario,
        spec,
        controllers,
        prefix,
        (result, model) -> ended(slot.device(), result, model));
  }

  private void ended(String id, SwapResult result, String model) {
    SwapProgress progress = progress();
    finished = progress.ended() == progress.count();
    if (result == SwapResult.SUCCESSFUL) {
      measure(id, model);
    }
  }

  private void measure(String id, String model) {
    vertx
        .executeBlocking(memoryNow::get)
        .onSuccess(
            bytes -> {
              if (bytes.containsKey(id)) {
                memory.add(id, model, bytes.get(id));
              }
            });
  }

  /** Whether there is nothing to swap. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Connects all controllers; each waits until its slot has said how it is. */
  public Future<Void> connect() {
    return Future.all(controllers().map(Controller::connect).toList()).mapEmpty();
  }

  private Stream<Controller> controllers() {
    return all.stream().flatMap(swaps -> swaps.controllers().stream());
  }

  /**
   * Gives each slot each of its versions and asks it all requests of the applications whose answers
   * are compared; where nothing is swapped, asks devices with the models that they have. Nothing
   * else must go on meanwhile.
   *
   * @param say is told what is being done
   * @return fails with a {@code TaskClientException} if a version cannot be had or does not answer
   */
  public Future<Void> askReferences(Consumer<String> say) {
    List<ApplicationSpec> askers =
        scenario.applications().stream().filter(ApplicationSpec::reference).toList();
    ReferenceRound round = new ReferenceRound(vertx, broker, references, prefix, say);
    return all.isEmpty() ? round.askAsTheyAre(askers, devices) : round.ask(all, askers, devices);
  }

  /**
   * The run begins; swaps begin when their time has come.
   *
   * @param nanos what times count from, by {@code System.nanoTime}
   * @param speed seconds of the scenario in a second
   */
  public void start(long nanos, double speed) {
    startNanos = nanos;
    long warmUp = Math.round(scenario.swapPlan().warmUp().toNanos() / speed);
    long begin = Math.round(scenario.swapPlan().begin().toNanos() / speed);
    phases =
        begin == 0
            ? List.of()
            : List.of(new Phase("quiet", warmUp, begin), new Phase("swaps", begin, Long.MAX_VALUE));
    if (begin == 0) {
      all.forEach(SlotSwaps::start);
    } else {
      vertx.setTimer(Math.max(1, begin / 1_000_000), fired -> all.forEach(SlotSwaps::start));
    }
  }

  /** One whose time has come by the clock. */
  public void wish(Wish wish) {
    all.stream()
        .filter(swaps -> swaps.spec().id().equals(wish.swaps()))
        .filter(swaps -> wish.device().isEmpty() || swaps.slot().device().equals(wish.device()))
        .forEach(SlotSwaps::wish);
  }

  @Override
  public void answered(Request request, JsonNode body, long fromNanos, long nowNanos) {
    references.compare(request, body);
    for (Phase phase : phases) {
      phase.add(request.application(), fromNanos - startNanos, nowNanos - fromNanos);
    }
    String slot = body.path("slot").asText();
    String model = body.path("model").asText();
    String asked = devices.getOrDefault(request.application(), "");
    for (SlotSwaps swaps : all) {
      if (swaps.slot().name().equals(slot)
          && (asked.isEmpty() || swaps.slot().device().equals(asked))) {
        swaps.answered(model, nowNanos);
      }
    }
  }

  /** Whether there are swaps and all have ended. Any thread. */
  public boolean isFinished() {
    return finished;
  }

  /** How far they are. */
  public SwapProgress progress() {
    return new SwapProgress(
        all.stream().mapToInt(SlotSwaps::ended).sum(),
        all.stream().mapToInt(swaps -> swaps.spec().count()).sum());
  }

  /** How long swaps took that ended since this was last called. */
  public Recent recent() {
    Latencies outcomes = new Latencies();
    Latencies firstAnswers = new Latencies();
    all.forEach(swaps -> swaps.addRecentTo(outcomes, firstAnswers));
    return new Recent(outcomes.figures(), firstAnswers.figures());
  }

  /**
   * Swaps of a while.
   *
   * @param outcome of successful ones that ended
   * @param firstAnswer of those whose version answered first
   */
  public record Recent(Latencies.Figures outcome, Latencies.Figures firstAnswer) {}

  /** Asks for no more of them. Completes when those that were asked for have ended. */
  public Future<Void> drain() {
    return Future.join(all.stream().map(SlotSwaps::stop).toList()).mapEmpty();
  }

  /** What it comes to so far. */
  public SwapsReport report() {
    Latencies firstAnswers = new Latencies();
    all.forEach(swaps -> swaps.addFirstAnswersTo(firstAnswers));
    long end = System.nanoTime() - startNanos;
    return new SwapsReport(
        all.stream().map(SlotSwaps::report).toList(),
        firstAnswers.figures(),
        references.same(),
        references.mixed(),
        references.examples(),
        phases.stream().map(phase -> phase.report(end)).toList(),
        memory.ratio(),
        memory.growthMib());
  }

  /** Says goodbye. Completes in any case. */
  public Future<Void> close() {
    return Future.join(controllers().map(Controller::close).toList())
        .transform(done -> Future.succeededFuture());
  }
}
