package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees and does on a terminal: progress that is drawn in place, and Ctrl-C. */
class TerminalIT {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration END = Duration.ofSeconds(60);
  private static final Path TINY =
      Path.of("runtime/models/src/test/resources/dev/bantam/models/importer/tiny-q4_1.gguf");

  @BeforeAll
  static void pull() throws Exception {
    SmolLm2.files();
  }

  @Test
  void shouldStopUpCleanlyOnCtrlC() {
    try (PseudoTerminal terminal = PseudoTerminal.bantam(BantamProcess.testHome(), "up")) {
      // Given
      terminal.awaitText("tok/s", START);

      // When
      terminal.type(PseudoTerminal.CTRL_C);

      // Then
      assertThat(terminal.exitStatus(END)).as(terminal.screen()).isZero();
      assertThat(terminal.screen())
          .contains("stopping; requests in flight may finish")
          .containsPattern("(?m)^.{40} \\| ") // Two fifths of this terminal's columns.
          .doesNotContain("Exception")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void shouldAnswerWhatIsAtWorkBeforeItStopsOnCtrlC(@TempDir Path folder) throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      // Given
      Path config = folder.resolve("bantam.yaml");
      Files.writeString(config, "device: desk\nmqtt: {url: %s}\n".formatted(broker.url()));
      MosquittoClients clients = new MosquittoClients(broker.port());
      String base = "bantam/v1/device/desk";
      try (BantamProcess answers = clients.subscribe("5", base + "/answer/a", 1_000_000);
          PseudoTerminal terminal =
              PseudoTerminal.bantam(BantamProcess.testHome(), "run --config " + config)) {
        terminal.awaitText("serving", START);
        List<String> request = new ArrayList<>(MosquittoClients.answeringTo(base + "/answer/a"));
        request.addAll(
            List.of("-m", "{\"prompt\":\"Tell a story.\",\"max_tokens\":100,\"stream\":true}"));
        clients.publish("5", base + "/task/chat", request.toArray(String[]::new));
        answers.awaitText("\"delta\"", START);

        // When
        terminal.type(PseudoTerminal.CTRL_C);

        // Then
        assertThat(terminal.exitStatus(END)).as(terminal.screen()).isZero();
        assertThat(answers.awaitText("\"usage\"", END).output())
            .contains("\"finish_reason\"")
            .doesNotContain("\"error\"");
      }
    }
  }

  @Test
  void shouldDrawProgressInPlaceAndLeaveTheTerminalTidy(@TempDir Path home) {
    try (PseudoTerminal terminal =
        PseudoTerminal.bantam(home, "model import " + TINY + " --name tiny")) {
      // When
      assertThat(terminal.exitStatus(START)).as(terminal.screen()).isZero();

      // Then
      String[] drawn = terminal.screen().split("\r", -1);
      assertThat(drawn).anyMatch(line -> line.contains("importing") && line.contains("100"));
      assertThat(terminal.screen()).contains("tiny").endsWith("\n");
    }
  }
}
