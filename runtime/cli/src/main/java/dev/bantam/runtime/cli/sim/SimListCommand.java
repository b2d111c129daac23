package dev.bantam.runtime.cli.sim;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import dev.bantam.simulator.scenario.BuiltIn;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam sim list}. */
@Command(
    name = "list",
    header = "Lists the scenarios that come with Bantam.",
    footerHeading = "%nExamples:%n",
    footer = "  bantam sim list --json")
final class SimListCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  private final CliContext context;

  SimListCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ScenarioReader reader = new ScenarioReader();
    List<Scenario> scenarios = BuiltIn.names().stream().map(reader::builtIn).toList();
    if (json.wanted()) {
      context.printJson(
          Map.of("scenarios", scenarios.stream().map(SimListCommand::fields).toList()));
    } else {
      scenarios.forEach(
          scenario -> context.print("%-14s %s".formatted(scenario.name(), scenario.summary())));
    }
    return 0;
  }

  private static Map<String, Object> fields(Scenario scenario) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", scenario.name());
    fields.put("summary", scenario.summary());
    fields.put("duration_s", scenario.duration().toMillis() / 1000.0);
    fields.put("seed", scenario.seed());
    return fields;
  }
}
