package dev.bantam.runtime.cli;

import dev.bantam.runtime.governor.GovernorRules;
import dev.bantam.runtime.governor.HeatPolicy;
import dev.bantam.runtime.governor.Measure;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.profile.SlotProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bantam profile show}. */
@Command(
    name = "show",
    header = "Shows one device profile, by default the one that fits this machine.",
    footerHeading = "%nExamples:%n",
    footer = {"  bantam profile show", "  bantam profile show raspberry-pi-4 --json"})
final class ProfileShowCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      arity = "0..1",
      paramLabel = "PROFILE",
      description = "A profile's name, or the path of your own .yaml file.")
  private Optional<String> name = Optional.empty();

  private final CliContext context;

  ProfileShowCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ProfileException {
    Hardware machine = HardwareProbe.thisMachine();
    DeviceProfile profile = DeviceProfiles.load().resolve(name, machine);
    if (json.wanted()) {
      context.printJson(fields(profile, machine));
    } else {
      print(profile, machine);
    }
    return ExitCode.DONE;
  }

  private void print(DeviceProfile profile, Hardware machine) {
    context.print("profile        " + profile.name());
    context.print("title          " + profile.title());
    context.print("threads        %d on this machine".formatted(profile.threadsOn(machine)));
    context.print("spinning       " + profile.spinning());
    context.print(
        "memory budget  %s, %d MiB on this machine"
            .formatted(profile.memoryBudget().text(), budget(profile, machine) >> 20));
    context.print("context        %d tokens".formatted(profile.contextLength()));
    profile
        .temperature()
        .policy()
        .ifPresent(
            heat ->
                context.print(
                    "temperature    warm from %s, hot from %s%s °C"
                        .formatted(
                            heat.warm(),
                            heat.hot(),
                            heat.critical().map(", critical from %s"::formatted).orElse(""))));
    profile
        .governor()
        .rules()
        .ifPresent(rules -> context.print("gives up       " + String.join(", ", steps(rules))));
    HttpSettings.Limits http = profile.http().limits();
    context.print(
        "http           %d connections, requests of %d bytes, %d s"
            .formatted(http.connections(), http.requestBytes(), http.timeout().toSeconds()));
    for (SlotProfile slot : profile.slots()) {
      context.print(
          "slot %-9s plugin %s, model %s%s, %s, queue of %d, tasks: %s"
              .formatted(
                  slot.name(),
                  slot.plugin(),
                  slot.model(),
                  slot.variants().isEmpty()
                      ? ""
                      : " (variants: %s)".formatted(String.join(", ", slot.variants())),
                  slot.workers().map(n -> n + " workers").orElse("the model's workers"),
                  slot.queue(),
                  slot.tasks().map(tasks -> String.join(", ", tasks)).orElse("the model's")));
    }
  }

  private static long budget(DeviceProfile profile, Hardware machine) {
    return profile.memoryBudget().bytesOf(machine.usableMemoryBytes());
  }

  private static Map<String, Object> fields(DeviceProfile profile, Hardware machine) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", profile.name());
    fields.put("title", profile.title());
    fields.put("priority", profile.priority());
    fields.put("threads", profile.threadsOn(machine));
    fields.put("spinning", profile.spinning());
    fields.put("memory_budget", profile.memoryBudget().text());
    fields.put("memory_budget_bytes", budget(profile, machine));
    fields.put("context_length", profile.contextLength());
    profile.temperature().policy().ifPresent(heat -> fields.put("temperature", fields(heat)));
    profile.governor().rules().ifPresent(rules -> fields.put("governor", fields(rules)));
    fields.put("http", fields(profile.http().limits()));
    fields.put("slots", profile.slots().stream().map(ProfileShowCommand::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(HttpSettings.Limits limits) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("max_connections", limits.connections());
    fields.put("max_request_bytes", limits.requestBytes());
    fields.put("timeout_seconds", limits.timeout().toMillis() / 1_000.0);
    return fields;
  }

  private static Map<String, Object> fields(HeatPolicy heat) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("warm", heat.warm());
    fields.put("hot", heat.hot());
    heat.critical().ifPresent(celsius -> fields.put("critical", celsius));
    fields.put("hold_seconds", heat.hold().toSeconds());
    return fields;
  }

  private static List<String> steps(GovernorRules rules) {
    return rules.policy().ladder().stream().map(Measure::wireName).toList();
  }

  private static Map<String, Object> fields(GovernorRules rules) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ladder", steps(rules));
    fields.put("step_seconds", rules.policy().step().toSeconds());
    fields.put("hold_seconds", rules.policy().hold().toSeconds());
    fields.put("max_tokens", rules.maxTokens());
    fields.put("context_percent", rules.contextPercent());
    rules.minFrequency().ifPresent(percent -> fields.put("min_frequency", percent));
    fields.put(
        "memory",
        Map.of(
            "raised", rules.memory().raised(),
            "high", rules.memory().high(),
            "critical", rules.memory().critical()));
    return fields;
  }

  private static Map<String, Object> fields(SlotProfile slot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", slot.name());
    fields.put("plugin", slot.plugin());
    fields.put("model", slot.model().toString());
    fields.put("variants", slot.variants());
    slot.tasks().ifPresent(tasks -> fields.put("tasks", tasks));
    slot.contextLength().ifPresent(tokens -> fields.put("context_length", tokens));
    slot.workers().ifPresent(workers -> fields.put("workers", workers));
    fields.put("queue", slot.queue());
    fields.put("timeout_seconds", slot.timeout().toSeconds());
    fields.put("settings", slot.settings());
    return fields;
  }
}
