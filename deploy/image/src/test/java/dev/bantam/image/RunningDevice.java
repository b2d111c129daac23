package dev.bantam.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.RepositoryModels;
import dev.bantam.runtime.RuntimeOptions;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A device called {@code gateway} in this process, on a mosquitto of its own, asked by mosquitto's
 * clients.
 */
final class RunningDevice implements AutoCloseable {

  /** What its topics begin with. */
  static final String BASE = "bantam/v1/device/gateway";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx = Vertx.vertx();
  private final Mosquitto broker;
  private final MosquittoClients clients;
  private final BantamRuntime runtime;

  private RunningDevice(Path folder, ModelRepository models, Path profile) throws Exception {
    broker = Mosquitto.start(folder.resolve("broker"));
    clients = new MosquittoClients(broker.port());
    SiteConfig site = SiteConfig.of("gateway", MqttConfig.of(URI.create(broker.url())));
    RuntimeOptions options =
        RuntimeOptions.of(site, new RepositoryModels(models))
            .withProfile(Optional.of(profile.toString()));
    runtime = await(BantamRuntime.start(vertx, options));
    await(runtime.ready());
  }

  /**
   * Starts one that is connected.
   *
   * @param folder for the broker and the profile
   * @param profile a device profile's text
   */
  static RunningDevice start(Path folder, ModelRepository models, String profile) throws Exception {
    return new RunningDevice(
        folder, models, Files.writeString(folder.resolve("profile.yaml"), profile));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Asks a task once; what comes back, without the white space around it. */
  String ask(String task, String payload) {
    return BantamProcess.run(LIMIT, clients.request(BASE, task, "-m", payload)).output().strip();
  }

  /** Asks a task once for JSON. */
  JsonNode askJson(String task, String payload) throws IOException {
    String answer = ask(task, payload);
    try {
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new IOException("no JSON: " + answer, e);
    }
  }

  /** Wishes for a model in a slot; what the slot reports of it in the end. */
  JsonNode swap(String slot, String wish) throws IOException {
    clients.publish("5", BASE + "/slot/" + slot + "/desired", "-r", "-m", wish);
    long generation = JSON.readTree(wish).get("generation").asLong();
    JsonNode[] outcome = {JSON.createObjectNode()};
    Eventually.await(
        "an outcome of " + wish,
        LIMIT,
        () -> {
          try {
            outcome[0] =
                JSON.readTree(clients.retained(BASE + "/slot/" + slot + "/reported"))
                    .path("outcome");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return outcome[0].path("generation").asLong() == generation;
        });
    return outcome[0];
  }

  /** Clients of its broker. */
  MosquittoClients clients() {
    return clients;
  }

  /** The retained status. */
  JsonNode status() throws IOException {
    return JSON.readTree(clients.retained(BASE + "/status"));
  }

  @Override
  public void close() throws Exception {
    await(runtime.stop());
    broker.close();
    await(vertx.close());
  }
}
