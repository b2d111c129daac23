package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the runtime: the broker still has what was not acknowledged. */
class RunCrashIT {

  private static final String BASE = "bantam/v1/device/crash-pi";
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  @Test
  void shouldAnswerAfterTheRestartWhatWasNotAnsweredBeforeTheCrash(@TempDir Path folder)
      throws Exception {
    SmolLm2.files();
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      // Given
      MosquittoClients clients = new MosquittoClients(broker.port());
      Path config = folder.resolve("bantam.yaml");
      Files.writeString(config, "device: crash-pi\nmqtt: {url: %s}\n".formatted(broker.url()));
      BantamProcess answers = clients.subscribe("5", BASE + "/answer/crash/#", 1_000_000);
      try (BantamProcess first = run(config, clients)) {
        ask(clients, "at-work", "Tell me a long story about the sea.", 300, true);
        ask(clients, "waiting", "Say hello.", 3, false);
        answers.awaitText("\"delta\"", ANSWER); // the first piece of the story

        // When
        first.close();
        assertThat(first.isAlive()).isFalse();
      }
      assertThat(answers.output()).doesNotContain("\"usage\"");
      ask(clients, "meanwhile", "Say hello.", 3, false);
      try (BantamProcess second = run(config, clients)) {

        // Then
        Eventually.await(
            "all requests are answered\n" + second + "\n" + answers,
            ANSWER,
            () -> answered(answers, "at-work", "waiting", "meanwhile"));
        assertThat(second.stop()).as(second.toString()).isZero();
      } finally {
        answers.close();
      }
    }
  }

  private static BantamProcess run(Path config, MosquittoClients clients) {
    BantamProcess runtime =
        BantamProcess.bantam(BantamProcess.testHome(), "run", "--config", config.toString());
    runtime.awaitText("serving", START);
    Eventually.await(
        "status is online", START, () -> clients.retained(BASE + "/status").contains("online"));
    return runtime;
  }

  private static void ask(
      MosquittoClients clients, String id, String prompt, int tokens, boolean stream) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-m");
    arguments.add(
        "{\"id\":\"%s\",\"prompt\":\"%s\",\"max_tokens\":%d,\"stream\":%s}"
            .formatted(id, prompt, tokens, stream));
    arguments.addAll(MosquittoClients.answeringTo(BASE + "/answer/crash/" + id));
    arguments.addAll(List.of("-D", "publish", "correlation-data", id));
    clients.publish("5", BASE + "/task/chat", arguments.toArray(String[]::new));
  }

  private static boolean answered(BantamProcess answers, String... ids) {
    List<String> whole =
        answers.output().lines().filter(line -> line.contains("\"usage\"")).toList();
    for (String id : ids) {
      if (whole.stream().noneMatch(line -> line.contains("\"id\":\"" + id + "\""))) {
        return false;
      }
    }
    return true;
  }
}
