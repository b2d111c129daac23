package dev.bantam.runtime.cli.up;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.RepositoryModels;
import dev.bantam.runtime.RuntimeOptions;
import dev.bantam.runtime.SiteModels;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.runtime.cli.device.DeviceCheck;
import dev.bantam.runtime.cli.device.MachineTuning;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.cli.model.VariantCosines;
import dev.bantam.runtime.cli.service.ServedDevice;
import dev.bantam.runtime.cli.service.ServiceManager;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.runtime.machine.ListenAddress;
import dev.bantam.runtime.profile.ProfileException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam run}. */
@Command(
    name = "run",
    header = "Serves a broker of yours, as a site's configuration says.",
    description = {
      "Comes back by itself when the broker was away. A slot whose model cannot be had has none until",
      "it can, with a warning and in the status; if that is so of all slots at the start, nothing is",
      "served (exit code 3), unless it is to wait for models. SIGTERM or Ctrl-C lets requests in flight",
      "finish and stops (exit code 0). When the file, or prompts that it names, change, or at SIGHUP, it is",
      "read again, and what can change without a restart does. The smallest configuration is:",
      "",
      "  device: boiler-room",
      "  mqtt: {url: mqtt://192.0.2.7:1883}"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam config check bantam.yaml",
      "  bantam run --config bantam.yaml",
      "  bantam run --config bantam.yaml --bundle models.bundle",
      "  bantam run --config all-gateways.yaml --device \"$(hostname)\"",
      "  bantam run --config bantam.yaml --verbose"
    })
public final class RunCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The site's configuration.")
  @SuppressWarnings("NullAway.Init")
  private Path config;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description =
          "The device id, over the configuration's: for one configuration of many devices.")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description = "A device profile, over the configuration's.")
  private Optional<String> profile = Optional.empty();

  @Option(
      names = "--wait-for-models",
      description = {
        "Go online also if no slot has a model. It gets one by a controller's wish or by slot swap,",
        "and what the profile names is asked for again from time to time."
      })
  private boolean waitForModels;

  @Option(
      names = "--tune-after",
      defaultValue = "0",
      paramLabel = "SECONDS",
      description = {
        "Models that were not measured on this machine are, once nobody has asked for so long, as by",
        "bantam tune; 0 for never (default: ${DEFAULT-VALUE})."
      })
  private int tuneAfter;

  @Option(
      names = "--tune-busy",
      description = "Measure then though other programs are at work, as by bantam tune --busy.")
  private boolean tuneBusy;

  @Mixin private BundleOption bundle = new BundleOption();

  private final CliContext context;
  private final CountDownLatch stop = new CountDownLatch(1);

  public RunCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    try (ServiceManager manager = ServiceManager.of(context.environment())) {
      manager.starting("gets and loads models");
      SiteConfig site = site();
      // Beside the look at models: it takes a tenth of a second.
      CompletableFuture<Vertx> vertx = CompletableFuture.supplyAsync(Vertx::vertx);
      try {
        return run(manager, site, vertx);
      } finally {
        Futures.await(vertx.join().close());
      }
    }
  }

  private int run(ServiceManager manager, SiteConfig site, CompletableFuture<Vertx> coming)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    Path home = site.home().orElse(context.home());
    ModelRepository models = SiteModels.open(site, home).comparing(new VariantCosines());
    bundle.install(context.terminal(), models, "model    ");
    ModelPreparation preparation = new ModelPreparation(context, models, profile.or(site::profile));
    Wish wish = Wish.of(preparation.profile(), Optional.of(site));
    DeviceCheck check =
        DeviceCheck.begin(context.terminal(), home, wish, () -> preparation.hasAny(site));
    Map<String, String> missing = preparation.ensureWhatCanBeHad(site, "model    ", waitForModels);
    Optional<DeviceRecord> device = check.passed("device   ");
    Signals.lower(stop);
    Vertx vertx = coming.get();
    SiteConfig served = withOwnBroker(vertx, site);
    RuntimeOptions wanted =
        RuntimeOptions.of(served, new RepositoryModels(models))
            .withProfile(profile)
            .withoutSlots(missing)
            .waitingForModels(waitForModels)
            .withState(home.resolve("state"))
            .withDevice(device)
            .withTuning(MachineTuning.of(home, wish, device))
            .withPluginFolders(context.pluginFolders());
    serve(served, home, Futures.await(BantamRuntime.start(vertx, wanted)), manager);
    return ExitCode.DONE;
  }

  private SiteConfig site() throws CliException {
    if (device.isPresent() && !Topics.isDeviceId(device.get())) {
      throw new CliException(
          ExitCode.USAGE,
          "--device: \"%s\" is no device id; use at most 63 lower case letters, digits and '-', and no '-' in front"
              .formatted(device.get()));
    }
    SiteConfig site =
        new SiteConfigReader()
            .read(config)
            .orElseThrow(
                report ->
                    new CliException(
                        ExitCode.REFUSED, "the configuration cannot be used:\n" + report));
    return device.map(site::withDevice).orElse(site);
  }

  /** Starts the site's own broker, if it wants one, and sends the device there. */
  private SiteConfig withOwnBroker(Vertx vertx, SiteConfig site)
      throws CliException, InterruptedException, ExecutionException {
    if (site.broker().isEmpty()) {
      return site;
    }
    LocalBroker broker = LocalBroker.start(vertx, site.broker().get());
    LocalBroker.lines(site.broker().get()).forEach(context.terminal()::line);
    return site.withMqtt(site.mqtt().withUrls(List.of(URI.create(broker.url()))));
  }

  private void serve(SiteConfig site, Path home, BantamRuntime runtime, ServiceManager manager)
      throws IOException, InterruptedException, ExecutionException {
    Terminal terminal = context.terminal();
    RunningDevice announced =
        RunningDevice.here(
                site.device(), site.mqtt().urls().stream().map(URI::toString).toList(), "run")
            .telling(runtime.http());
    try {
      announced.announce(home);
      terminal.line(
          "device   %s, profile %s; connecting to %s"
              .formatted(site.device(), runtime.profile().name(), site.mqtt().url()));
      line(runtime.http()).ifPresent(terminal::line);
      String serving = "serving" + butForVacant(runtime) + "; Ctrl-C stops";
      runtime.ready().onSuccess(nothing -> terminal.line(serving));
      SiteWatch watch = new SiteWatch(config, site, device, runtime, terminal);
      Signals.onHangup(watch::demand);
      manager.watch(new ServedDevice(runtime, site.mqtt().url().toString()));
      try (IdleTuning tuning = idleTuning(home, runtime)) {
        while (!stop.await(1, TimeUnit.SECONDS)) {
          watch.look();
          announced = announcedAnew(announced, runtime.http(), home);
          if (tuneAfter > 0) {
            tuning.look();
          }
        }
      }
      manager.stopping();
      terminal.line("bantam: stopping; requests in flight may finish (Ctrl-C again ends at once)");
    } finally {
      announced.withdraw(home);
      Futures.await(runtime.stop());
    }
  }

  /** A port that was taken at the start may have become free. */
  private RunningDevice announcedAnew(
      RunningDevice announced, Optional<ListenAddress> http, Path home) throws IOException {
    RunningDevice now = announced.telling(http);
    if (!now.equals(announced)) {
      line(http).ifPresent(context.terminal()::line);
      now.announce(home);
    }
    return now;
  }

  /** Says where health and figures are. */
  static Optional<String> line(Optional<ListenAddress> at) {
    return at.map(
        address -> "http     %s: /health/live, /health/ready, /metrics".formatted(address));
  }

  private IdleTuning idleTuning(Path home, BantamRuntime runtime) {
    List<String> tune = new ArrayList<>(List.of("--config", config.toAbsolutePath().toString()));
    profile.ifPresent(name -> tune.addAll(List.of("--profile", name)));
    if (tuneBusy) {
      tune.add("--busy");
    }
    return new IdleTuning(runtime, home, Duration.ofSeconds(tuneAfter), tune, context.terminal());
  }

  private static String butForVacant(BantamRuntime runtime) {
    List<String> vacant =
        runtime.status().slots().stream()
            .filter(slot -> !slot.hasModel())
            .map(StatusDocument.SlotStatus::name)
            .toList();
    return vacant.isEmpty()
        ? ""
        : ", but not slot %s, which has no model: see above"
            .formatted(String.join(", slot ", vacant));
  }
}
