package dev.bantam.runtime.cli.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.cli.BrokerEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.DeviceEntry;
import dev.bantam.runtime.cli.DeviceQuestion;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.ReliableConnection;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam route watch}. */
@Command(
    name = "watch",
    header = "Shows what becomes of each message of a running device's routes, as it happens.",
    description = {
      "The device tells this only while somebody watches, at most 50 messages a second and route, and",
      "says how many it left out. What it tells goes over MQTT to",
      "bantam/v1/device/DEVICE/route/ROUTE/trace, payloads included. Ctrl-C ends it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam route watch",
      "  bantam route watch --route boiler-state --count 1 --json",
      "  bantam route watch --url mqtt://192.0.2.7:1883 --device boiler-room"
    })
final class RouteWatchCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LEASE_SECONDS = 30;
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  @Mixin private Options options = new Options();

  @Option(names = "--json", description = "Print each as a JSON object on a line.")
  private boolean json;

  @Mixin private DeviceEntry where = new DeviceEntry();
  @Mixin private BrokerEntry entry = new BrokerEntry();

  @Option(names = "--route", paramLabel = "NAME", description = "One route only.")
  private Optional<String> route = Optional.empty();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after so many messages (default: none).")
  private Optional<Integer> count = Optional.empty();

  private final CliContext context;
  private final CountDownLatch stop = new CountDownLatch(1);
  private int seen;

  RouteWatchCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    Map<String, Object> request = new LinkedHashMap<>();
    route.ifPresent(name -> request.put("route", name));
    request.put("seconds", LEASE_SECONDS);
    Signals.lower(stop);
    try (DeviceQuestion question = new DeviceQuestion(context, where, entry)) {
      boolean listening = false;
      do {
        Map<String, Object> answer = question.ask("route-watch", request, ANSWER_LIMIT);
        if (!listening) {
          listen(question);
          listening = true;
          context.terminal().line("watching " + answer.get("routes") + "; Ctrl-C ends");
        }
      } while (!stop.await(LEASE_SECONDS / 2, TimeUnit.SECONDS));
      return ExitCode.DONE;
    }
  }

  private void listen(DeviceQuestion question)
      throws CliException, InterruptedException, ExecutionException {
    BrokerAccess broker = question.broker();
    String filter =
        "bantam/v1/device/%s/route/%s/trace"
            .formatted(question.device().device(), route.orElse("+"));
    Context own = question.vertx().getOrCreateContext();
    Promise<Void> connected = Promise.promise();
    own.runOnContext(
        nothing ->
            new ReliableConnection(
                    question.vertx(),
                    broker,
                    new ReliableConnection.Settings(
                        "route-watch-" + ProcessHandle.current().pid(), true, List.of(filter)),
                    this::show)
                .connect()
                .onComplete(connected));
    Futures.await(connected.future());
  }

  private void show(MqttPublishMessage message) {
    if (count.isPresent() && seen >= count.get()) {
      return;
    }
    seen++;
    String text = message.payload().toString(StandardCharsets.UTF_8);
    context.print(json ? text : line(text));
    if (count.isPresent() && seen >= count.get()) {
      stop.countDown();
    }
  }

  private static String line(String text) {
    try {
      Map<String, Object> trace =
          JSON.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
      StringBuilder line = new StringBuilder();
      for (String first : List.of("at", "route", "what", "topic")) {
        line.append(line.isEmpty() ? "" : "  ").append(trace.remove(first));
      }
      trace.remove("key");
      trace.forEach((name, value) -> line.append("  ").append(name).append('=').append(value));
      return line.toString().replaceAll("\\p{Cntrl}", " ");
    } catch (JsonProcessingException e) {
      return text.replaceAll("\\p{Cntrl}", " ");
    }
  }
}
