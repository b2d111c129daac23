package dev.bantam.runtime.cli;

import dev.bantam.runtime.cli.device.Execution;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.governor.SensorFiles;
import dev.bantam.runtime.governor.Temperature;
import dev.bantam.runtime.profile.BoardTraps;
import dev.bantam.runtime.profile.BoardTraps.Trap;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.MatchRules.Verdict;
import dev.bantam.runtime.profile.ProfileChoice;
import dev.bantam.runtime.profile.ProfileChoice.Candidate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam profile detect}. */
@Command(
    name = "detect",
    header = "Shows what this machine says of itself, and which profile that chooses.",
    description = "Exit code 1 if no profile fits.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam profile detect --explain",
      "  bantam profile detect --json | tail -n 1 | jq .profile"
    })
final class ProfileDetectCommand implements Callable<Integer> {

  private static final long MEBIBYTE = 1 << 20;

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Option(names = "--explain", description = "Shows every rule of every profile, and how it fared.")
  private boolean explain;

  @Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "Reads proc, sys and etc below this folder, in place of this machine's.")
  private Optional<Path> root = Optional.empty();

  private final CliContext context;

  ProfileDetectCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException {
    if (root.isPresent() && !Files.isDirectory(root.get().resolve("proc"))) {
      throw new CliException(
          ExitCode.USAGE, "--root %s: there is no folder proc in it".formatted(root.get()));
    }
    Path files = root.orElse(Path.of("/"));
    Hardware machine =
        root.map(folder -> HardwareProbe.of(folder).read()).orElseGet(HardwareProbe::thisMachine);
    ProfileChoice choice = DeviceProfiles.load().choose(machine);
    Detection detection =
        new Detection(
            machine,
            choice,
            root.isPresent() ? Optional.empty() : choice.chosen().map(this::execution),
            BoardTraps.of(files, machine, choice.chosen()),
            root.map(SensorFiles::new)
                .orElseGet(() -> SensorFiles.thisMachine(context.environment()))
                .thermometer()
                .read());
    if (json.wanted()) {
      context.printJson(fields(detection));
    } else {
      print(detection);
    }
    return detection.choice().chosen().isPresent() ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** What is known of a machine. */
  private record Detection(
      Hardware machine,
      ProfileChoice choice,
      Optional<Execution> execution,
      List<Trap> traps,
      Optional<Temperature> hottest) {}

  private Execution execution(DeviceProfile profile) {
    return Execution.of(context.home(), Wish.of(profile, Optional.empty()));
  }

  private void print(Detection detection) {
    Hardware machine = detection.machine();
    ProfileChoice choice = detection.choice();
    context.print("architecture   " + machine.architecture());
    machine.deviceTreeModel().ifPresent(model -> context.print("board          " + model));
    machine.tegraRelease().ifPresent(release -> context.print("jetson         " + release));
    machine.cpuModel().ifPresent(model -> context.print("processor      " + model));
    context.print("cores          %d, usable %d".formatted(machine.cores(), machine.usableCores()));
    context.print(
        "memory         %d MiB, usable %d MiB"
            .formatted(machine.memoryBytes() / MEBIBYTE, machine.usableMemoryBytes() / MEBIBYTE));
    context.print(
        "temperature    "
            + detection
                .hottest()
                .map(now -> "%s °C (%s)".formatted(now.tenths(), now.zone()))
                .orElse("no thermal zone shows one"));
    detection
        .traps()
        .forEach(
            trap -> context.print("trap           %s: %s".formatted(trap.found(), trap.advice())));
    context.print("profile        " + choice.chosen().map(DeviceProfile::name).orElse("none fits"));
    if (explain) {
      detection.execution().ifPresent(execution -> context.print(execution.line()));
    }
    for (Candidate candidate : choice.candidates()) {
      context.print("  %-20s %s".formatted(candidate.profile().name(), candidate.reason()));
      if (explain) {
        rules(candidate, machine).forEach(context::print);
      }
    }
  }

  private static List<String> rules(Candidate candidate, Hardware machine) {
    List<String> lines = new ArrayList<>();
    lines.add("    priority %d".formatted(candidate.profile().priority()));
    for (Verdict verdict : candidate.profile().match().judge(machine)) {
      lines.add(
          "    %-3s %-18s %s"
              .formatted(verdict.met() ? "yes" : "no", verdict.rule(), verdict.finding()));
    }
    return lines;
  }

  private static Map<String, @Nullable Object> fields(Detection detection) {
    Hardware machine = detection.machine();
    ProfileChoice choice = detection.choice();
    Map<String, @Nullable Object> hardware = new LinkedHashMap<>();
    hardware.put("architecture", machine.architecture());
    hardware.put("device_tree_model", machine.deviceTreeModel().orElse(null));
    hardware.put("cpu_model", machine.cpuModel().orElse(null));
    hardware.put("cpu_features", machine.cpuFeatures());
    hardware.put("cores", machine.cores());
    hardware.put("usable_cores", machine.usableCores());
    hardware.put("memory_bytes", machine.memoryBytes());
    hardware.put("usable_memory_bytes", machine.usableMemoryBytes());
    hardware.put("tegra_release", machine.tegraRelease().orElse(null));
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("profile", choice.chosen().map(DeviceProfile::name).orElse(null));
    fields.put("hardware", hardware);
    detection.execution().ifPresent(execution -> fields.put("onnxruntime", execution.fields()));
    detection
        .hottest()
        .ifPresent(now -> fields.put("temperature", Map.of(now.zone(), now.tenths())));
    fields.put(
        "traps",
        detection.traps().stream()
            .map(trap -> Map.of("found", trap.found(), "advice", trap.advice()))
            .toList());
    fields.put(
        "candidates",
        choice.candidates().stream().map(candidate -> fields(candidate, machine)).toList());
    return fields;
  }

  private static Map<String, Object> fields(Candidate candidate, Hardware machine) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("profile", candidate.profile().name());
    fields.put("priority", candidate.profile().priority());
    fields.put("matches", candidate.matches());
    fields.put("reason", candidate.reason());
    fields.put(
        "rules",
        candidate.profile().match().judge(machine).stream()
            .map(
                verdict ->
                    Map.of(
                        "rule", verdict.rule(),
                        "met", verdict.met(),
                        "finding", verdict.finding()))
            .toList());
    return fields;
  }
}
