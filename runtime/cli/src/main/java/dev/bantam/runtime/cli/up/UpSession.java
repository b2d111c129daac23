package dev.bantam.runtime.cli.up;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.runtime.cli.device.DeviceCheck;
import dev.bantam.runtime.cli.device.MachineTuning;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.config.BrokerConfig;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.run.RunOptions;
import dev.bantam.simulator.run.RunReport;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** One {@code bantam up}, from the model to the goodbye. Blocking; for the main thread. */
final class UpSession {

  private static final int MODEL = 3;
  private static final int START = 4;
  private static final int DEMO = 5;

  /** Its broker is in the same process, and its models are loaded. */
  private static final Duration READY = Duration.ofSeconds(60);

  private final CliContext context;
  private final Terminal terminal;
  private final String device;
  private final Optional<String> profile;
  private final Optional<Integer> port;
  private final Optional<BrokerConfig> others;
  private final boolean once;
  private final CountDownLatch stop = new CountDownLatch(1);
  private Map<String, String> missingSlots = Map.of();

  UpSession(
      CliContext context,
      String device,
      Optional<String> profile,
      Optional<Integer> port,
      Optional<BrokerConfig> others,
      boolean once) {
    this.context = context;
    this.terminal = context.terminal();
    this.device = device;
    this.profile = profile;
    this.port = port;
    this.others = others;
    this.once = once;
  }

  /**
   * Runs until a signal, or with {@code once} until the demo is over.
   *
   * @param model as {@code --model} gives it
   * @param bundle installed first
   * @return the exit code
   */
  int run(Optional<String> model, BundleOption bundle)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    ModelRepository models = context.models();
    ModelPreparation preparation = new ModelPreparation(context, models, profile);
    Wish wish = Wish.of(preparation.profile(), Optional.empty());
    DeviceCheck check = DeviceCheck.begin(terminal, context.home(), wish, () -> true);
    terminal.phase(MODEL, "model", model.orElse("the one that the device profile names"));
    bundle.install(terminal, models, "      ");
    Optional<ModelPreparation.Choice> choice = prepare(preparation, model);
    Optional<DeviceRecord> tested = check.passed("      ");
    terminal.phase(START, "start", "broker, then runtime; waiting for the model to load");
    Signals.lower(stop);
    Vertx vertx = Vertx.vertx();
    try {
      LocalBroker broker =
          others.isPresent()
              ? LocalBroker.start(vertx, others.get())
              : LocalBroker.start(vertx, port);
      terminal.line("      broker   " + describe(broker));
      others.stream()
          .flatMap(config -> LocalBroker.lines(config).stream())
          .forEach(line -> terminal.line("      " + line));
      SiteConfig site = with(choice, SiteConfig.of(device, LocalDevice.mqtt(broker)));
      LocalDevice.Slots slots =
          new LocalDevice.Slots(
              profile, missingSlots, tested, MachineTuning.of(context.home(), wish, tested));
      BantamRuntime runtime = LocalDevice.runtime(context, vertx, site, slots);
      return serve(vertx, broker, runtime, choice.map(ModelPreparation.Choice::slot));
    } finally {
      Futures.await(vertx.close());
    }
  }

  private static SiteConfig with(Optional<ModelPreparation.Choice> choice, SiteConfig site) {
    return choice.map(c -> site.withModel(c.slot(), c.model())).orElse(site);
  }

  private Optional<ModelPreparation.Choice> prepare(
      ModelPreparation preparation, Optional<String> model)
      throws ModelException, ProfileException {
    Optional<ModelPreparation.Choice> choice = Optional.empty();
    if (model.isPresent()) {
      choice = Optional.of(preparation.chosen(model.get()));
    }
    SiteConfig nowhere = SiteConfig.of(device, MqttConfig.of(URI.create("mqtt://127.0.0.1")));
    missingSlots = preparation.ensureWhatCanBeHad(with(choice, nowhere), "      ", false);
    return choice;
  }

  private static String describe(LocalBroker broker) {
    return "127.0.0.1:%d%s"
        .formatted(
            broker.port(),
            broker
                .movedFrom()
                .map(usual -> " (port %d is taken by another program)".formatted(usual))
                .orElse(""));
  }

  private int serve(
      Vertx vertx, LocalBroker broker, BantamRuntime runtime, Optional<String> chosenSlot)
      throws CliException, IOException, InterruptedException, ExecutionException {
    RunningDevice announced =
        RunningDevice.here(device, List.of(broker.url()), "up").telling(runtime.http());
    try {
      awaitReady(runtime, broker.url());
      announced.announce(context.home());
      greet(broker, runtime.status());
      RunCommand.line(runtime.http()).ifPresent(line -> terminal.line("      " + line));
      return play(vertx, broker, runtime, chosenSlot);
    } finally {
      announced.withdraw(context.home());
      Futures.await(runtime.stop());
      Futures.await(broker.broker().close());
    }
  }

  private static void awaitReady(BantamRuntime runtime, String url)
      throws CliException, InterruptedException, ExecutionException {
    try {
      runtime
          .ready()
          .toCompletionStage()
          .toCompletableFuture()
          .get(READY.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the device does not reach its own broker at %s within %d s; is the loopback interface up? (ip link set lo up)"
              .formatted(url, READY.toSeconds()));
    }
  }

  private void greet(LocalBroker broker, StatusDocument status) {
    terminal.line("      device   %s, profile %s".formatted(device, status.profile()));
    for (StatusDocument.SlotStatus slot : status.slots()) {
      terminal.line(
          slot.hasModel()
              ? "      slot     %s: %s, tasks %s"
                  .formatted(slot.name(), slot.model(), String.join(", ", slot.tasks()))
              : "      slot     %s: no model".formatted(slot.name()));
    }
    context.print("Ask it from another shell:");
    if (tasks(status).contains("chat")) {
      context.print("  " + broker.mosquittoLine(device, "chat", "What is the capital of France?"));
      context.print("  %s ask chat 'What is the capital of France?'".formatted(context.program()));
    }
    if (tasks(status).contains("classify")) {
      context.print(
          "  %s ask classify 'Water drips from the pipe.' --field labels='[\"leak\", \"fire\"]'"
              .formatted(context.program()));
    }
  }

  private static Set<String> tasks(StatusDocument status) {
    return tasks(status, Optional.empty());
  }

  /** Those of one slot, or of all, which have models. */
  private static Set<String> tasks(StatusDocument status, Optional<String> name) {
    return status.slots().stream()
        .filter(StatusDocument.SlotStatus::hasModel)
        .filter(slot -> name.map(slot.name()::equals).orElse(true))
        .flatMap(slot -> slot.tasks().stream())
        .collect(Collectors.toSet());
  }

  private int play(
      Vertx vertx, LocalBroker broker, BantamRuntime runtime, Optional<String> chosenSlot)
      throws InterruptedException, ExecutionException {
    terminal.phase(
        DEMO,
        "demo",
        once
            ? "three sensors ask once; waiting for their answers"
            : "three sensors ask, again and again; Ctrl-C stops");
    RunOptions options =
        RunOptions.quiet(1, Optional.of(device))
            .withTasks(tasks(runtime.status(), chosenSlot))
            .withListener(new DemoScreen(context.out(), terminal.columns()));
    Demo demo = Demo.start(vertx, BrokerAccess.of(broker.url()), options, once, stop);
    demo.awaitEndOrStop();
    boolean stopped = stop.getCount() == 0;
    if (stopped) {
      terminal.line("bantam: stopping; requests in flight may finish (Ctrl-C again ends at once)");
    }
    // Drains: what the demo has asked is answered before it is over.
    Futures.await(runtime.stop());
    return exitCode(demo.report(), stopped);
  }

  private int exitCode(Optional<RunReport> found, boolean stopped) {
    if (!once) {
      return ExitCode.DONE;
    }
    if (found.isEmpty()) {
      return ExitCode.INTERRUPTED;
    }
    RunReport report = found.get();
    terminal.line(
        "bantam: %d of %d sensors answered"
            .formatted(report.requests().answered(), report.requests().sent()));
    if (stopped) {
      return ExitCode.INTERRUPTED;
    }
    return report.ok() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
