package dev.bantam.runtime.cli;

import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.ProfileChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam profile detect}. */
@Command(
    name = "detect",
    header = "Shows what this machine says of itself, and which profile that chooses.",
    description = "Exit code 1 if no profile fits.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam profile detect",
      "  bantam profile detect --json | tail -n 1 | jq .profile"
    })
final class ProfileDetectCommand implements Callable<Integer> {

  private static final long MEBIBYTE = 1 << 20;

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  private final CliContext context;

  ProfileDetectCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Hardware machine = HardwareProbe.thisMachine();
    ProfileChoice choice = DeviceProfiles.load().choose(machine);
    if (json.wanted()) {
      context.printJson(fields(machine, choice));
    } else {
      print(machine, choice);
    }
    return choice.chosen().isPresent() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(Hardware machine, ProfileChoice choice) {
    context.print("architecture   " + machine.architecture());
    machine.deviceTreeModel().ifPresent(model -> context.print("board          " + model));
    machine.cpuModel().ifPresent(model -> context.print("processor      " + model));
    context.print("cores          %d, usable %d".formatted(machine.cores(), machine.usableCores()));
    context.print(
        "memory         %d MiB, usable %d MiB"
            .formatted(machine.memoryBytes() / MEBIBYTE, machine.usableMemoryBytes() / MEBIBYTE));
    context.print("profile        " + choice.chosen().map(DeviceProfile::name).orElse("none fits"));
    for (ProfileChoice.Candidate candidate : choice.candidates()) {
      context.print("  %-18s %s".formatted(candidate.profile().name(), candidate.reason()));
    }
  }

  private static Map<String, @Nullable Object> fields(Hardware machine, ProfileChoice choice) {
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
    fields.put(
        "candidates",
        choice.candidates().stream()
            .map(
                candidate ->
                    Map.of(
                        "profile", candidate.profile().name(),
                        "matches", candidate.matches(),
                        "reason", candidate.reason()))
            .toList());
    return fields;
  }
}
