package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A container that is killed, frozen and restarted while it answers: no request is lost. */
@Timeout(1200)
@ExtendWith(BuiltImage.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerFaultsIT {

  private static final String NAME = "box-2";
  private static final String BASE = "bantam/v1/device/" + NAME;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int REQUESTS = 200;
  private static final Pattern ID = Pattern.compile("\"id\":\"([a-z]+-[0-9]+)\"");

  private Path folder;
  private Podman podman;
  private Mosquitto broker;
  private MosquittoClients clients;

  @BeforeAll
  void start(BuiltImage image, @TempDir Path temporary) throws Exception {
    folder = temporary;
    podman = image.running();
    broker = Mosquitto.start(folder.resolve("mosquitto"));
    clients = new MosquittoClients(broker.port());
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"),
            "device: %s\nmqtt: {url: %s}\n".formatted(NAME, broker.url()));
    List<String> run = new ArrayList<>(List.of("run", "-d", "--name", NAME, "--network", "host"));
    run.addAll(List.of("--read-only", "--cap-drop", "all", "-m", "512m", "--tmpfs", "/tmp"));
    run.addAll(List.of("-v", "box-2-data:/data", "-v", image.bundle() + ":/b.tar:ro"));
    run.addAll(List.of("-v", config + ":/etc/bantam/bantam.yaml:ro", image.name()));
    run.addAll(List.of("run", "--config", "/etc/bantam/bantam.yaml", "--bundle", "/b.tar"));
    podman.output(run);
    Eventually.await(
        "the container is online",
        LIMIT,
        () -> clients.retained(BASE + "/status").contains("\"online\""));
  }

  @AfterAll
  void stop() {
    if (broker != null) {
      podman.run("rm", "-f", "-t", "1", NAME);
      broker.close();
    }
  }

  @Test
  void shouldAnswerAfterTheRestartWhatItHadNotAnsweredWhenItWasKilled() {
    answersAllOf(
        "killed",
        () -> {
          podman.output("kill", "-s", "KILL", NAME);
          podman.output("wait", NAME);
          podman.output("start", NAME);
        });
  }

  @Test
  void shouldAnswerWhatCameWhileItWasFrozen() {
    answersAllOf(
        "frozen",
        () -> {
          podman.output("kill", "-s", "STOP", NAME);
          ask("meanwhile", 10);
          podman.output("kill", "-s", "CONT", NAME);
        });
  }

  @Test
  void shouldAnswerAllOverARestart() {
    answersAllOf("restarted", () -> podman.output("restart", "-t", "60", NAME));
  }

  /** Asks, waits for the first answers, and does something to the container. */
  private void answersAllOf(String round, Runnable fault) {
    try (BantamProcess answers = clients.subscribe("5", BASE + "/answer/" + round, 1_000_000)) {
      ask(round, REQUESTS);
      Eventually.await("a first answer", LIMIT, () -> !answered(answers).isEmpty());

      fault.run();

      Eventually.await(
          "all requests are answered: " + podman.run("logs", "--tail", "5", NAME),
          LIMIT,
          () -> answered(answers).containsAll(ids(round, REQUESTS)));
      assertThat(answers.output()).doesNotContain("\"error\"");
    }
  }

  private static Set<String> ids(String round, int count) {
    return IntStream.range(0, count).mapToObj(i -> round + "-" + i).collect(Collectors.toSet());
  }

  private void ask(String round, int count) {
    try {
      Path requests =
          Files.write(
              folder.resolve(round),
              IntStream.range(0, count)
                  .mapToObj(
                      i ->
                          "{\"id\":\"%s-%d\",\"text\":\"Pump %d of line 3 has reported a temperature of %d degrees since noon, and oil is on the floor below it.\",\"labels\":[\"heat\",\"leak\",\"fine\"]}"
                              .formatted(round, i, i, i))
                  .toList());
      List<String> publish = new ArrayList<>(List.of("bash", "-c", "f=$0; exec \"$@\" <\"$f\""));
      publish.add(requests.toString());
      publish.addAll(
          List.of(
              clients.command(
                  "mosquitto_pub", "-V", "5", "-q", "1", "-l", "-t", BASE + "/task/classify")));
      publish.addAll(MosquittoClients.answeringTo(BASE + "/answer/" + round));
      BantamProcess published = BantamProcess.run(LIMIT, publish.toArray(String[]::new));
      assertThat(published.exitStatus(LIMIT)).as(published.toString()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The requests with an answer. */
  private static Set<String> answered(BantamProcess answers) {
    return ID.matcher(answers.output())
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }
}
