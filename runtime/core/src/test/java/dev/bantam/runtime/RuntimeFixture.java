package dev.bantam.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.ReadResult;
import dev.bantam.models.Canary;
import dev.bantam.models.Expectation;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whole runtimes with a plugin that needs no model, over a real mosquitto and its own clients. */
final class RuntimeFixture implements AutoCloseable {

  static final String BASE = "bantam/v1/device/boiler-1";
  static final ObjectMapper JSON = new ObjectMapper();

  final Vertx vertx = Vertx.vertx();
  final Mosquitto broker;

  /** Whether the model {@code late} can be had. */
  volatile boolean lateIsThere;

  private final Path folder;
  private final List<BantamRuntime> started = new ArrayList<>();
  private final List<Process> subscribers = new ArrayList<>();

  RuntimeFixture(Path folder) {
    this.folder = folder;
    EchoPlugin.reset();
    broker = Mosquitto.start(folder.resolve("broker"), "log_type all");
  }

  @Override
  public void close() throws Exception {
    EchoPlugin.GATE.release(1000);
    for (BantamRuntime runtime : started) {
      await(runtime.stop());
    }
    subscribers.forEach(Process::destroy);
    broker.close();
    await(vertx.close());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /**
   * Every model is there but the one called {@code missing}, and the one called {@code late} until
   * it comes; the one called {@code liar} must answer {@code echo} with something else than it
   * does, and files of the one called {@code rotten} are not what was installed.
   */
  private final class FakeModels implements ModelSource {

    @Override
    public ModelFiles resolve(ModelReference reference, List<String> variants)
        throws ModelException {
      if (reference.name().equals("missing") || (reference.name().equals("late") && !lateIsThere)) {
        throw new ModelException(
            ModelException.Kind.NOT_INSTALLED, "model missing is not installed; pull it first");
      }
      return reference.name().equals("sized")
          ? files(reference, reference.variant().orElse("q8"))
          : new ModelFiles(
              ModelReference.of(reference.name(), reference.version().orElse("3"), "f32"),
              Map.of());
    }

    @Override
    public ModelFiles verified(ModelReference reference, List<String> variants)
        throws ModelException {
      if (reference.name().equals("rotten")) {
        throw new ModelException(ModelException.Kind.CORRUPT, "model rotten is damaged");
      }
      return resolve(reference, variants);
    }

    private ModelFiles files(ModelReference reference, String variant) {
      Path file = folder.resolve("of-" + variant);
      try {
        Files.write(file, new byte[variant.equals("q4") ? 10 : 20]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new ModelFiles(
          ModelReference.of(reference.name(), reference.version().orElse("3"), variant),
          Map.of(ModelFiles.GRAPH, file));
    }

    /** Of the model called {@code sized} there are two, of which {@code q4} is the smaller. */
    @Override
    public List<ModelFiles> variants(ModelReference reference) {
      return reference.name().equals("sized")
          ? List.of(files(reference, "q8"), files(reference, "q4"))
          : List.of();
    }

    @Override
    public List<Canary> canaries(ModelReference model) {
      return model.name().equals("liar")
          ? List.of(new Canary("echo", Map.of("prompt", "truth"), new Expectation.Text("lie")))
          : List.of();
    }
  }

  SiteConfig site() {
    return SiteConfig.of("boiler-1", MqttConfig.of(URI.create(broker.url())));
  }

  /** With a route, a step of the governor, and telemetry in short intervals. */
  SiteConfig talkativeSite() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"),
            """
            device: boiler-1
            mqtt: {url: "%s", telemetry: 200ms}
            governor: {ladder: [shorter_answers]}
            routes:
              lines: {from: site/+/log, payload: text, to: site/lines}
            """
                .formatted(broker.url()));
    return new SiteConfigReader().read(config).orElseThrow(IllegalArgumentException::new);
  }

  /**
   * @param slots of the device profile, each as YAML without its braces
   */
  RuntimeOptions options(String... slots) throws IOException {
    return options(site(), slots);
  }

  /**
   * A configuration of {@code boiler-1} at this broker, as read from a file in the folder.
   *
   * @param further lines after the device's name and broker
   */
  ReadResult<SiteConfig> site(String further) {
    String text = "device: boiler-1\nmqtt: {url: \"%s\"}\n%s".formatted(broker.url(), further);
    return new SiteConfigReader().read("bantam.yaml", text, folder);
  }

  /** Publishes what the slot {@code assistant} shall hold, retained. */
  void wish(String json) throws Exception {
    client("mosquitto_pub", "-r", "-q", "1", "-t", BASE + "/slot/assistant/desired", "-m", json)
        .waitFor();
  }

  RuntimeOptions options(SiteConfig site, String... slots) throws IOException {
    StringBuilder profile =
        new StringBuilder("name: test\nmatch: {}\ncontext_length: 64\nslots:\n");
    for (String slot : slots) {
      profile.append("  - {").append(slot).append("}\n");
    }
    Path file = Files.writeString(folder.resolve("test.yaml"), profile);
    return RuntimeOptions.of(site, new FakeModels()).withProfile(Optional.of(file.toString()));
  }

  /** A runtime that is connected; stopped with the fixture. */
  BantamRuntime start(RuntimeOptions options) throws Exception {
    BantamRuntime runtime = await(BantamRuntime.start(vertx, options));
    started.add(runtime);
    await(runtime.ready());
    return runtime;
  }

  /** One of mosquitto's clients. */
  Process client(String program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", String.valueOf(broker.port())));
    command.addAll(List.of("-V", "5"));
    if (!program.equals("mosquitto_pub")) {
      command.addAll(List.of("-W", "20"));
    }
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  Process asking(String task, String message) throws IOException {
    String reply = BASE + "/answer/me/" + task;
    return client("mosquitto_rr", "-t", BASE + "/task/" + task, "-e", reply, "-m", message);
  }

  /** What a client says, once it has ended. */
  static String output(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text.strip();
  }

  /**
   * Collects what comes on one of the device's topics from now on.
   *
   * @return a file, one payload a line
   */
  Path subscribed(String topic) throws IOException {
    return collected(BASE + "/" + topic);
  }

  /**
   * Collects what comes on topics from now on.
   *
   * @return a file, one payload a line
   */
  Path collected(String filter) throws IOException {
    String id = "watcher-" + subscribers.size();
    Path file = folder.resolve(id);
    subscribers.add(
        new ProcessBuilder(
                "mosquitto_sub",
                "-i",
                id,
                "-V",
                "5",
                "-q",
                "1",
                "-p",
                String.valueOf(broker.port()),
                "-t",
                filter)
            .redirectErrorStream(true)
            .redirectOutput(file.toFile())
            .start());
    Eventually.await(
        "subscribed",
        Duration.ofSeconds(30),
        () -> broker.log().contains("Sending SUBACK to " + id));
    return file;
  }

  /** What was collected, as JSON. */
  static List<JsonNode> messages(Path file) throws IOException {
    List<JsonNode> messages = new ArrayList<>();
    for (String line : Files.readString(file).split("\n", -1)) {
      if (line.startsWith("{") && line.endsWith("}")) {
        messages.add(JSON.readTree(line));
      }
    }
    return messages;
  }

  /** Those of a kind that were collected. */
  static List<JsonNode> events(Path file, String kind) {
    try {
      return messages(file).stream()
          .filter(event -> event.get("kind").asText().equals(kind))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The retained message of one of the device's topics. */
  JsonNode retained(String topic) throws Exception {
    return JSON.readTree(
        output(client("mosquitto_sub", "--retained-only", "-t", BASE + "/" + topic, "-C", "1")));
  }
}
