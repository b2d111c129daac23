package dev.bantam.runtime.cli.route;

import dev.bantam.runtime.cli.BrokerEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.DeviceEntry;
import dev.bantam.runtime.cli.DeviceQuestion;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam route stats}. */
@Command(
    name = "stats",
    header = "Counts what became of the messages of a running device's routes.",
    description = {
      "For each route in = out + filtered + dropped + errors + pending, since the device's start.",
      "Without --url it asks the device that is up on this machine. It asks over MQTT, by the task",
      "route-stats, so the broker must let it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam route stats",
      "  bantam route stats --json | jq .routes",
      "  bantam route stats --url mqtt://192.0.2.7:1883 --device boiler-room --route boiler-state"
    })
final class RouteStatsCommand implements Callable<Integer> {

  private static final List<String> COLUMNS =
      List.of("in", "out", "filtered", "dropped", "errors", "pending", "published");

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private DeviceEntry where = new DeviceEntry();
  @Mixin private BrokerEntry entry = new BrokerEntry();

  @Option(names = "--route", paramLabel = "NAME", description = "One route only.")
  private Optional<String> route = Optional.empty();

  @Option(
      names = "--timeout",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description = "Longest time to wait (default: ${DEFAULT-VALUE}).")
  private int timeout;

  private final CliContext context;

  RouteStatsCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    Map<String, Object> request = new LinkedHashMap<>();
    route.ifPresent(name -> request.put("route", name));
    try (DeviceQuestion question = new DeviceQuestion(context, where, entry)) {
      Map<String, Object> answer =
          question.ask("route-stats", request, Duration.ofSeconds(timeout));
      if (json.wanted()) {
        context.printJson(
            Map.of(
                "device",
                question.device().device(),
                "routes",
                answer.getOrDefault("routes", Map.of())));
      } else {
        print(answer);
      }
      return ExitCode.DONE;
    }
  }

  private void print(Map<String, Object> answer) {
    if (!(answer.get("routes") instanceof Map<?, ?> routes) || routes.isEmpty()) {
      context.print("the device has no routes");
      return;
    }
    context.print(
        "%-24s".formatted("route")
            + String.join("", COLUMNS.stream().map("%11s"::formatted).toList()));
    routes.forEach((name, stats) -> context.print(line(String.valueOf(name), stats)));
  }

  private static String line(String name, Object stats) {
    StringBuilder line = new StringBuilder("%-24s".formatted(name));
    if (stats instanceof Map<?, ?> counts) {
      COLUMNS.forEach(column -> line.append("%11s".formatted(counts.get(column))));
      for (String why : List.of("filtered_by", "dropped_by", "errors_by")) {
        if (counts.get(why) instanceof Map<?, ?> reasons && !reasons.isEmpty()) {
          line.append("  ").append(why.replace("_by", "")).append(": ").append(reasons);
        }
      }
    }
    return line.toString();
  }
}
