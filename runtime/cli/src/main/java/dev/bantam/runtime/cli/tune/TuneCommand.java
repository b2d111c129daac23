package dev.bantam.runtime.cli.tune;

import dev.bantam.inference.bench.Courtesy;
import dev.bantam.models.ModelException;
import dev.bantam.models.store.FileLocks;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.runtime.cli.device.DeviceCheck;
import dev.bantam.runtime.cli.device.MachineTuning;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.cli.model.References;
import dev.bantam.runtime.cli.model.SiteOption;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.store.RecordJson;
import dev.bantam.runtime.tuning.RunSettings;
import dev.bantam.runtime.tuning.Tuning;
import dev.bantam.runtime.tuning.TuningFiles;
import dev.bantam.runtime.tuning.TuningRecord;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam tune}. */
@Command(
    name = "tune",
    header = "Measures with how many threads, and how, models run fastest on this machine.",
    description = {
      "Tries fewer threads than the device profile gives, threads that do not spin where it lets them,",
      "and threads tied to processors, in turns. What is clearly faster is used from the next load of",
      "the model on; where nothing is, all stays as it was. A device that runs measures by itself when",
      "nobody has asked it for a while (see bantam run --help). What was found is kept in BANTAM_HOME",
      "for as long as model, processor, cores and ONNX Runtime are the same. Threads that bantam.yaml",
      "names count more. Exit code 3 if nothing could be measured."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam tune                                  the models of all slots",
      "  bantam tune --slot assistant --config bantam.yaml",
      "  bantam tune smollm2-135m-instruct@q8 --json",
      "  bantam tune --show",
      "  bantam tune --forget"
    })
public final class TuneCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private SiteOption site = new SiteOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      converter = References.class,
      description =
          "NAME[:VERSION][@VARIANT], as the slot of its kind runs it (default: all slots').")
  private @Nullable ModelReference model;

  @Option(names = "--slot", paramLabel = "NAME", description = "The model of this slot only.")
  private Optional<String> slot = Optional.empty();

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description = "A device profile, over the configuration's.")
  private Optional<String> profile = Optional.empty();

  @Option(
      names = "--busy",
      description = {
        "Measure though other programs are at work, and with the usual priority: for a machine that is",
        "always so. Else nothing is kept where they take more than 15 % of the processors."
      })
  private boolean busy;

  @ArgGroup private Instead instead = new Instead();

  /** What to do in place of measuring. */
  static final class Instead {

    @Option(names = "--show", description = "Show what was measured before.")
    private boolean show;

    @Option(names = "--forget", description = "Forget it; models are loaded as the profile says.")
    private boolean forget;
  }

  private final CliContext context;

  public TuneCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws CliException, ModelException, ProfileException, TaskException, InterruptedException {
    Optional<SiteConfig> config = site.read();
    Path home = config.flatMap(SiteConfig::home).orElse(context.home());
    Hardware machine = HardwareProbe.thisMachine();
    DeviceProfile chosen =
        DeviceProfiles.load()
            .resolve(profile.or(() -> config.flatMap(SiteConfig::profile)), machine)
            .withBudget(config.flatMap(SiteConfig::memoryBudget));
    Wish wish = Wish.of(chosen, config);
    if (instead.forget && slot.isEmpty()) {
      return forget(TuningFiles.in(home), Optional.ofNullable(model));
    }
    TuneTargets targets =
        new TuneTargets(
            chosen,
            machine,
            config.map(SiteConfig::slots).orElse(Map.of()),
            site.repository(context));
    TuneTargets.Found found = targets.find(Optional.ofNullable(model), slot);
    if (instead.forget) {
      return forget(
          TuningFiles.in(home),
          found.found().stream().findFirst().map(target -> target.files().reference()));
    }
    if (instead.show) {
      return show(found, MachineTuning.of(home, wish, DeviceCheck.known(home, wish)));
    }
    return measure(home, wish, found);
  }

  private int forget(TuningFiles files, Optional<ModelReference> wanted) throws CliException {
    try {
      int forgotten = files.forget(wanted);
      if (json.wanted()) {
        context.printJson(Map.of("forgotten", forgotten));
      } else {
        context.print(
            "forgotten: %d; a device that runs keeps its threads until it loads the model again"
                .formatted(forgotten));
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "%s: %s".formatted(files.folder(), e), e);
    }
  }

  private int show(TuneTargets.Found found, Tuning tuning) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (TuneTarget target : found.found()) {
      Optional<TuningRecord> holding = tuning.known(target.files(), target.plan().context());
      all.add(fields(target, holding));
      if (!json.wanted()) {
        context.print(
            "%s: %s"
                .formatted(
                    target.name(),
                    target
                        .obstacle()
                        .or(() -> holding.map(TuningRecord::summary))
                        .orElseGet(() -> unknown(target, tuning.files()))));
      }
    }
    found.missing().forEach(why -> context.terminal().line(String.valueOf(why.getMessage())));
    if (json.wanted()) {
      context.printJson(Map.of("slots", all));
    }
    return ExitCode.DONE;
  }

  private static String unknown(TuneTarget target, TuningFiles files) {
    RunSettings usual = RunSettings.of(target.plan().context());
    return files
        .read(target.files().reference())
        .map(
            old ->
                "as usual (%s): what was measured at %s holds no more, for the machine, its ONNX Runtime, the profile or the model is another; to measure again: bantam tune"
                    .formatted(usual, old.tunedAt()))
        .orElse("as usual (%s): not measured; to measure: bantam tune".formatted(usual));
  }

  private static Map<String, @Nullable Object> fields(
      TuneTarget target, Optional<TuningRecord> record) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("slot", target.plan().name());
    fields.put("model", target.files().reference().toString());
    fields.put("obstacle", target.obstacle().orElse(null));
    fields.put("tuning", record.map(RecordJson::fields).orElse(null));
    return fields;
  }

  private int measure(Path home, Wish wish, TuneTargets.Found found)
      throws CliException, ModelException, TaskException, InterruptedException {
    found.missing().forEach(why -> context.terminal().line("left out: " + why.getMessage()));
    List<TuneTarget> possible = new ArrayList<>();
    for (TuneTarget target : found.found()) {
      target
          .obstacle()
          .ifPresentOrElse(
              why -> context.terminal().line("left out: " + why), () -> possible.add(target));
    }
    if (possible.isEmpty()) {
      throw new CliException(ExitCode.REFUSED, "there is nothing to measure: see above");
    }
    DeviceCheck check = DeviceCheck.begin(context.terminal(), home, wish, () -> true);
    Tuning tuning = MachineTuning.of(home, wish, check.passed(""));
    List<RunningDevice> besides = RunningDevice.all(home);
    besides.forEach(
        device ->
            context
                .terminal()
                .line(
                    "device %s is up here; it goes first, and the models are in memory a second time meanwhile"
                        .formatted(device.device())));
    try (FileLocks.Held held =
        FileLocks.acquire(
            tuning.files().lock(), Duration.ZERO, "what bantam tune has found", holder -> {})) {
      return measureAll(tuning, possible, besides);
    }
  }

  private int measureAll(Tuning tuning, List<TuneTarget> targets, List<RunningDevice> besides)
      throws CliException, TaskException {
    Signals.haltWhileNativeCodeRuns();
    if (!busy) {
      Courtesy.lastInLine();
    }
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (TuneTarget target : targets) {
      context.terminal().line("measuring " + target.name());
      TuningRecord record =
          new Measurement(target, besides, busy, this::tell).make(tuning.machine());
      try {
        tuning.files().write(record);
      } catch (IOException e) {
        throw new CliException(
            ExitCode.FAILED,
            "what was found cannot be kept: %s. Make room or give rights to it, and try again. It was: %s"
                .formatted(e, record.summary()),
            e);
      }
      all.add(fields(target, Optional.of(record)));
      if (!json.wanted()) {
        context.print("%s: %s".formatted(target.name(), record.summary()));
      }
    }
    if (json.wanted()) {
      context.printJson(Map.of("slots", all));
    }
    return ExitCode.DONE;
  }

  private void tell(
      String stage, int round, int rounds, RunSettings settings, Map<String, Double> speeds) {
    context
        .terminal()
        .line(
            "%s %d of %d: %-40s %s"
                .formatted(
                    stage,
                    round,
                    rounds,
                    settings,
                    speeds.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(
                            entry ->
                                String.format(
                                    Locale.ROOT,
                                    "%s %.1f/s",
                                    entry.getKey().replace("_per_second", "").replace('_', ' '),
                                    entry.getValue()))
                        .collect(Collectors.joining(", "))));
  }
}
