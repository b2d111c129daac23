package dev.bantam.runtime.cli.sim;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.BrokerEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.device.SetupException;
import dev.bantam.simulator.report.ReportException;
import dev.bantam.simulator.report.ReportFolder;
import dev.bantam.simulator.run.DryRun;
import dev.bantam.simulator.run.RunOptions;
import dev.bantam.simulator.run.RunReport;
import dev.bantam.simulator.run.ScenarioRun;
import dev.bantam.simulator.run.Stage;
import dev.bantam.simulator.run.WatchedProcess;
import dev.bantam.simulator.scenario.Scenario;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam sim run}. */
@Command(
    name = "run",
    header = "Plays a scenario over MQTT and says what came of it.",
    description = {
      "Without --url it takes the device that is up on this machine and its broker. If none is, it",
      "starts a broker in this process, and a device where the scenario asks one, and stops them when it",
      "has played. A scenario can have a broker and devices of its own, which are processes of this",
      "machine, and break them; all is mended and ended with it. Exit code 0 if everything holds that",
      "the scenario expects, which is that nothing is lost where it says nothing; 1 if not; 3 if it",
      "needs what this machine has not; 130 if it was interrupted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam sim run boiler-room --short",
      "  bantam sim run device-loss --short     three devices of its own, of which one dies and comes back",
      "  bantam sim run my-site.yaml --url mqtt://192.0.2.7:1883 --speed 10 --report out",
      "  bantam sim run load --dry              makes all messages, sends none: how many, which hash"
    })
final class SimRunCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private BrokerEntry entry = new BrokerEntry();

  @Parameters(
      paramLabel = "NAME|FILE",
      description = "A scenario that comes with Bantam (sim list), or a file.")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The broker: mqtt://host:port or mqtts://host:port.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "The device that applications ask (default: the one that is up here).")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Folder for report.html, report.json, and labels.jsonl, the ground truth.")
  private Optional<Path> report = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "In place of the scenario's.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--speed",
      paramLabel = "X",
      description = "Seconds of the scenario in a second (default: the scenario's).")
  private Optional<Double> speed = Optional.empty();

  @Option(names = "--short", description = "Play only as long as the scenario's short form.")
  private boolean brief;

  @Option(names = "--dry", description = "Make all messages without waiting, and send none.")
  private boolean dry;

  private final CliContext context;

  SimRunCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException,
          SetupException,
          ReportException {
    Scenario scenario = scenario();
    double times = speed.orElse(scenario.speed());
    if (!(times > 0) || times > 1e6) {
      throw new CliException(ExitCode.USAGE, "--speed must be a number above 0, at most 1000000");
    }
    if (dry) {
      return dry(scenario);
    }
    ReportFolder folder = ReportFolder.at(report);
    RunReport result;
    try {
      result = play(scenario, times, folder);
    } catch (CancellationException e) {
      context.terminal().line("bantam: " + e.getMessage());
      return ExitCode.INTERRUPTED;
    }
    if (json.wanted()) {
      context.printJson(result.fields());
    } else {
      ReportLines.of(result).forEach(context::print);
    }
    folder.write(result);
    folder.page().ifPresent(page -> context.terminal().line("bantam: the report is " + page));
    return !result.complete()
        ? ExitCode.INTERRUPTED
        : result.ok() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Scenario scenario() throws CliException {
    Scenario scenario = Scenarios.require(name);
    scenario = brief ? scenario.shortened() : scenario;
    return seed.isPresent() ? scenario.withSeed(seed.get()) : scenario;
  }

  private int dry(Scenario scenario) {
    DryRun run = DryRun.of(scenario);
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("scenario", scenario.name());
      fields.put("seed", scenario.seed());
      fields.put("messages", run.messages());
      fields.put("requests", run.requests());
      fields.put("bytes", run.bytes());
      fields.put("schedule_sha256", run.scheduleSha256());
      context.printJson(fields);
    } else {
      context.print(
          "%s, seed %d: %d messages, %d requests, %d bytes of payload"
              .formatted(
                  scenario.name(), scenario.seed(), run.messages(), run.requests(), run.bytes()));
      context.print("schedule sha256 " + run.scheduleSha256());
    }
    return ExitCode.DONE;
  }

  private RunReport play(Scenario scenario, double times, ReportFolder folder)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException,
          SetupException {
    CountDownLatch stop = new CountDownLatch(1);
    Signals.lower(stop);
    Vertx vertx = Vertx.vertx();
    try {
      Optional<Target> target = target(vertx, scenario);
      try {
        return play(vertx, scenario, times, folder, target, () -> stop.getCount() == 0);
      } finally {
        if (target.isPresent()) {
          target.get().stop();
        }
      }
    } finally {
      Futures.await(vertx.close());
    }
  }

  /** Empty where the scenario has a broker of its own. */
  private Optional<Target> target(Vertx vertx, Scenario scenario)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    if (!scenario.setup().managedBroker()) {
      return Optional.of(Target.find(context, vertx, url, device, scenario.asksSomeDevice()));
    }
    if (url.isPresent()) {
      throw new CliException(
          ExitCode.USAGE,
          "the scenario has a broker of its own (broker: managed); leave --url out");
    }
    return Optional.empty();
  }

  private RunReport play(
      Vertx vertx,
      Scenario scenario,
      double times,
      ReportFolder folder,
      Optional<Target> target,
      BooleanSupplier stopped)
      throws CliException, IOException, InterruptedException, ExecutionException, SetupException {
    Optional<BrokerAccess> broker = Optional.empty();
    if (target.isPresent()) {
      broker = Optional.of(entry.only(target.get().url()));
    }
    Stage.Means means =
        new Stage.Means(
            broker,
            Optional.of(Launchers.ofThisProcess(context)),
            text -> context.terminal().line("bantam: " + text),
            stopped);
    try (Stage stage = Stage.set(vertx, scenario, means)) {
      context.terminal().line("bantam: playing %s on %s".formatted(scenario.name(), stage.url()));
      ProgressLine line = new ProgressLine(context.terminal(), scenario.name());
      RunOptions how =
          RunOptions.quiet(times, target.flatMap(Target::device).or(() -> device))
              .withTruthFile(folder.truthFile())
              .withProcesses(() -> watched(target, stage))
              .withProgress(line::show);
      RunReport result = new ScenarioRun(scenario, how, stopped).play(vertx, stage);
      line.end();
      return result;
    }
  }

  private static List<WatchedProcess> watched(Optional<Target> target, Stage stage) {
    return Stream.concat(
            target.stream().flatMap(found -> found.processes().stream()),
            stage.processes().stream())
        .toList();
  }
}
