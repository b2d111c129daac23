package dev.bantam.runtime.cli.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.runtime.machine.ListenAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam health}. */
@Command(
    name = "health",
    header = "Asks the device on this machine whether it is ready.",
    description = {
      "Ready: connected to its broker, and at least one slot has a model. Exit code 0 if it is, 1 if it",
      "is not or nothing answers: for health commands of containers, and for scripts that wait."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam health",
      "  bantam health --live                   whether it answers at all, ready or not",
      "  bantam health --at 127.0.0.1:9883",
      "  until bantam health; do sleep 1; done"
    })
public final class HealthCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READY = "/health/ready";
  private static final String LIVE = "/health/live";

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Option(names = "--live", description = "Ask whether it answers, not whether it is ready.")
  private boolean live;

  @Option(
      names = "--at",
      paramLabel = "ADDRESS:PORT",
      description = "Where it listens (default: the newest device that is up on this machine).")
  private Optional<String> at = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long to wait for an answer (default: ${DEFAULT-VALUE}).")
  private int timeout = 5;

  private final CliContext context;

  public HealthCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException {
    if (timeout < 1) {
      throw new CliException(ExitCode.USAGE, "--timeout: use 1 or more seconds");
    }
    ListenAddress address = address();
    HealthProbe.Answer answer = ask(address);
    List<String> obstacles = obstacles(answer);
    String word = answer.isGood() ? (live ? "live" : "ready") : "not ready";
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", answer.isGood());
      fields.put("status", word.replace(' ', '_'));
      fields.put("obstacles", obstacles);
      fields.put("listen", address.toString());
      context.printJson(fields);
    } else {
      context.print(obstacles.isEmpty() ? word : word + ": " + String.join("; ", obstacles));
    }
    return answer.isGood() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private ListenAddress address() throws CliException {
    if (at.isPresent()) {
      try {
        return ListenAddress.parse(at.get(), HttpSettings.USUAL.port());
      } catch (IllegalArgumentException e) {
        throw new CliException(ExitCode.USAGE, "--at " + e.getMessage(), e);
      }
    }
    List<RunningDevice> running = RunningDevice.all(context.home());
    Optional<String> found = running.stream().flatMap(each -> each.listens().stream()).findFirst();
    return found
        .map(text -> ListenAddress.parse(text, HttpSettings.USUAL.port()))
        .orElseThrow(() -> nowhere(running));
  }

  private CliException nowhere(List<RunningDevice> running) {
    return new CliException(
        ExitCode.FAILED,
        running.isEmpty()
            ? "nothing is up on this machine (looked in %s); name a device with --at ADDRESS:PORT"
                .formatted(context.home().resolve("run"))
            : "%s is up and tells nothing over HTTP: its http.listen is none, or the port could not be had (its log says so)"
                .formatted(running.get(0).device()));
  }

  private HealthProbe.Answer ask(ListenAddress address) throws CliException {
    try {
      return HealthProbe.ask(address.host(), address.port(), live ? LIVE : READY, timeout * 1_000);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, "nothing answers at %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  private static List<String> obstacles(HealthProbe.Answer answer) {
    List<String> obstacles = new ArrayList<>();
    try {
      JsonNode body = JSON.readTree(answer.body());
      body.path("obstacles").forEach(obstacle -> obstacles.add(obstacle.asText()));
    } catch (IOException e) {
      obstacles.add("it answers with status " + answer.status());
    }
    return obstacles;
  }
}
