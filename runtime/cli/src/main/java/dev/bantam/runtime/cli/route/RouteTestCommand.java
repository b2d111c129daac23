package dev.bantam.runtime.cli.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.cli.BrokerEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.DeviceEntry;
import dev.bantam.runtime.cli.DeviceQuestion;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.runtime.route.DryRun;
import dev.bantam.runtime.route.DryRun.Asker;
import dev.bantam.runtime.route.DryRun.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam route test}. */
@Command(
    name = "test",
    header = "Says stage by stage what a route would make of messages. Publishes nothing.",
    description = {
      "Several --payload come one after the other, so that windows fill; windows that are still open",
      "after the last are closed as if their time were up. With --ask the running device is asked what",
      "the route would ask; without, the test ends before the model. Exit code 3 if a message ends in",
      "an error or no route listens to the topic."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam route test bantam.yaml --topic plant/boiler/7/temp --payload '{\"t\": 97}'",
      "  bantam route test bantam.yaml --topic plant/boiler/7/temp --payload '{\"t\": 97}' --ask",
      "  bantam route test bantam.yaml --route mean --payload 1 --payload 2 --json"
    })
final class RouteTestCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(paramLabel = "FILE", description = "The site's configuration.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(
      names = "--payload",
      required = true,
      paramLabel = "TEXT",
      description = "A message's payload; may be given several times.")
  private List<String> payloads = new ArrayList<>();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "The messages' topic (default: made of the route's filter).")
  private Optional<String> topic = Optional.empty();

  @Option(
      names = "--route",
      paramLabel = "NAME",
      description = "One route (default: all that listen to the topic).")
  private Optional<String> route = Optional.empty();

  @Option(names = "--ask", description = "Ask the model too, on the running device.")
  private boolean ask;

  @Mixin private DeviceEntry where = new DeviceEntry();
  @Mixin private BrokerEntry entry = new BrokerEntry();

  @Option(
      names = "--timeout",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description = "Longest time to wait for an answer (default: ${DEFAULT-VALUE}).")
  private int timeout;

  private final CliContext context;

  RouteTestCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    SiteConfig site =
        new SiteConfigReader()
            .read(file)
            .orElseThrow(
                report ->
                    new CliException(
                        ExitCode.REFUSED, "the configuration cannot be used:\n" + report));
    List<RouteConfig> chosen = chosen(site);
    if (!ask) {
      return run(site, chosen, Optional.empty());
    }
    try (DeviceQuestion question = new DeviceQuestion(context, where, entry)) {
      return run(
          site,
          chosen,
          Optional.of((task, request) -> question.ask(task, request, Duration.ofSeconds(timeout))));
    }
  }

  private List<RouteConfig> chosen(SiteConfig site) throws CliException {
    List<RouteConfig> all = site.routes().routes();
    List<RouteConfig> chosen =
        all.stream()
            .filter(r -> route.isEmpty() || r.name().equals(route.get()))
            .filter(r -> topic.isEmpty() || route.isPresent() || DryRun.hears(r, topic.get()))
            .toList();
    if (!chosen.isEmpty()) {
      return chosen;
    }
    String names = String.join(", ", all.stream().map(RouteConfig::name).toList());
    if (all.isEmpty()) {
      throw new CliException(ExitCode.USAGE, file + " has no routes");
    }
    if (route.isPresent()) {
      throw new CliException(
          ExitCode.USAGE, "%s has no route \"%s\"; it has: %s".formatted(file, route.get(), names));
    }
    throw new CliException(
        ExitCode.REFUSED,
        "no route listens to \"%s\"; they listen to: %s"
            .formatted(
                topic.orElse(""),
                String.join(
                    ", ",
                    all.stream()
                        .flatMap(r -> r.from().stream())
                        .map(pattern -> pattern.text())
                        .toList())));
  }

  private int run(SiteConfig site, List<RouteConfig> chosen, Optional<Asker> asker) {
    boolean failed = false;
    List<Map<String, Object>> all = new ArrayList<>();
    for (RouteConfig config : chosen) {
      DryRun dry = new DryRun(config, site);
      String at = topic.orElseGet(() -> example(config));
      List<List<Stage>> messages = new ArrayList<>();
      payloads.forEach(payload -> messages.add(dry.message(at, payload, asker)));
      messages.add(dry.closeWindows(asker));
      messages.removeIf(List::isEmpty);
      failed |= messages.stream().flatMap(List::stream).anyMatch(RouteTestCommand::isFailure);
      if (!json.wanted()) {
        messages.forEach(stages -> print(config.name(), stages));
      }
      all.add(
          Map.of(
              "route",
              config.name(),
              "messages",
              messages.stream()
                  .map(stages -> stages.stream().map(RouteTestCommand::fields).toList())
                  .toList()));
    }
    if (json.wanted()) {
      context.printJson(Map.of("ok", !failed, "routes", all));
    }
    return failed ? ExitCode.REFUSED : ExitCode.DONE;
  }

  /** Each named or free level gets a name. */
  private static String example(RouteConfig config) {
    return config.from().get(0).filter().replace("+", "1").replace("#", "1");
  }

  private static boolean isFailure(Stage stage) {
    return stage.name().equals("error")
        || (stage.name().equals("match") && Boolean.FALSE.equals(stage.details().get("heard")));
  }

  private void print(String route, List<Stage> stages) {
    context.print("route " + route);
    for (Stage stage : stages) {
      StringBuilder line = new StringBuilder("  %-8s".formatted(stage.name()));
      stage.details().forEach((name, value) -> line.append("  ").append(shown(name, value)));
      context.print(line.toString());
    }
  }

  private static String shown(String name, @Nullable Object value) {
    try {
      return name + "=" + (value instanceof String text ? text : JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      return name + "=" + value;
    }
  }

  private static Map<String, @Nullable Object> fields(Stage stage) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("stage", stage.name());
    fields.putAll(stage.details());
    return fields;
  }
}
