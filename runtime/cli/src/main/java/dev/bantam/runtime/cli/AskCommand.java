package dev.bantam.runtime.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.TaskClient;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.client.TaskResult;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam ask}. */
@Command(
    name = "ask",
    header = "Asks a device over MQTT and prints the answer as it comes.",
    description = {
      "Without --url it asks the device that is up on this machine. TASK is chat, complete,",
      "summarize, translate, answer, embed, similarity, classify, or what else the device offers."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam ask chat 'What is the capital of France?'",
      "  bantam ask answer 'How hot is the boiler?' --field context='The boiler has 97 degrees.'",
      "  bantam ask translate 'Good morning' --field target_language=French",
      "  bantam ask summarize - < report.txt",
      "  bantam ask classify 'Water drips from the pipe.' --field labels='[\"leak\", \"fire\"]'",
      "  bantam ask chat hello --url mqtt://192.0.2.7:1883 --device boiler-room --json",
      "  bantam ask chat hello --url mqtts://broker.example --device boiler-room --ca-file ca.pem \\",
      "    --username me --password-file password"
    })
final class AskCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private DeviceEntry where = new DeviceEntry();
  @Mixin private BrokerEntry entry = new BrokerEntry();

  @Parameters(index = "0", paramLabel = "TASK", description = "What is to be done.")
  @SuppressWarnings("NullAway.Init")
  private String task;

  @Parameters(index = "1", paramLabel = "TEXT", description = "On what; - reads standard input.")
  @SuppressWarnings("NullAway.Init")
  private String text;

  @Option(
      names = "--field",
      paramLabel = "NAME=VALUE",
      description = "A further field of the request; a VALUE that is JSON is sent as such.")
  private Map<String, String> fields = new LinkedHashMap<>();

  @Option(names = "--max-tokens", paramLabel = "N", description = "Longest answer.")
  private Optional<Integer> maxTokens = Optional.empty();

  @Option(
      names = "--timeout",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description = "Longest time to wait (default: ${DEFAULT-VALUE}).")
  private int timeout;

  private final CliContext context;

  AskCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException, ExecutionException {
    RunningDevice target = where.find(context);
    Map<String, Object> request = request();
    requireTask();
    Vertx vertx = Vertx.vertx();
    try {
      return report(ask(vertx, target, request));
    } finally {
      Futures.await(vertx.close());
    }
  }

  /** Asks at each broker until one has the device. */
  private TaskResult ask(Vertx vertx, RunningDevice target, Map<String, Object> request)
      throws CliException, InterruptedException, ExecutionException {
    entry.check(target.urls());
    List<String> reasons = new ArrayList<>();
    for (String address : target.urls()) {
      try {
        return ask(vertx, entry.access(address), target.device(), request);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TaskClientException lost && lost.isAbsent())
            || target.urls().size() == 1) {
          throw e;
        }
        reasons.add("%s: %s".formatted(address, lost.getMessage()));
      }
    }
    throw new CliException(
        ExitCode.FAILED,
        "device %s was not found at any of its brokers:%n%s"
            .formatted(target.device(), String.join("\n", reasons)));
  }

  private TaskResult ask(Vertx vertx, BrokerAccess broker, String name, Map<String, Object> request)
      throws InterruptedException, ExecutionException {
    String id = "ask-" + ProcessHandle.current().pid();
    TaskClient client = Futures.await(TaskClient.connect(vertx, broker, name, id));
    try {
      return Futures.await(client.ask(task, request, this::piece, Duration.ofSeconds(timeout)));
    } finally {
      Futures.await(client.close());
    }
  }

  private void requireTask() throws CliException {
    if (!task.matches("[^/+#\\s]{1,128}")) {
      throw new CliException(
          ExitCode.USAGE,
          "\"%s\" is no task; tasks are chat, complete, summarize, translate, answer"
              .formatted(task));
    }
  }

  private Map<String, Object> request() throws IOException {
    String input =
        text.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : text;
    Map<String, Object> request = new LinkedHashMap<>();
    request.put(inputField(task), input);
    maxTokens.ifPresent(limit -> request.put("max_tokens", limit));
    fields.forEach((name, value) -> request.put(name, value(value)));
    request.putIfAbsent("stream", true);
    return request;
  }

  private static String inputField(String task) {
    return switch (task) {
      case "summarize", "translate" -> "text";
      case "answer" -> "question";
      default -> "prompt";
    };
  }

  private static Object value(String text) {
    try {
      Object value = JSON.readValue(text, Object.class);
      return value == null ? text : value;
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private void piece(String piece) {
    if (!json.wanted()) {
      context.out().print(piece);
      context.out().flush();
    }
  }

  private int report(TaskResult result) throws CliException {
    if (result instanceof TaskResult.Refused refused) {
      if (json.wanted()) {
        context.printJson(refused.fields());
      }
      throw new CliException(
          ExitCode.REFUSED, "%s (%s)".formatted(refused.message(), refused.code()));
    }
    TaskResult.Answered answered = (TaskResult.Answered) result;
    if (json.wanted()) {
      context.printJson(answered.fields());
    } else {
      context.print("");
    }
    return ExitCode.DONE;
  }
}
