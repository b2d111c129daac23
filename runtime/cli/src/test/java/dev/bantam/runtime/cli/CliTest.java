package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.bantam.runtime.machine.ListenAddress;
import dev.bantam.testkit.Ports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {

  @TempDir Path home;

  private Shell shell;

  @BeforeEach
  void open() {
    shell = new Shell(home);
  }

  @Test
  void shouldTeachByHelp() {
    assertThat(shell.run("--help")).isZero();
    assertThat(shell.run("--version")).isZero();
    assertThat(shell.printed()).contains("Examples:", "bantam up", "Exit codes", "--version");
    assertThat(shell.printed())
        .containsPattern("bantam \\d")
        .containsPattern("ONNX Runtime \\d")
        .contains("VM");
    for (String command :
        new String[] {"up", "run", "ask", "decode", "encode", "bench", "health", "doctor"}) {
      assertThat(shell.run(command, "--help")).as(command).isZero();
    }
    assertThat(shell.printed()).contains("--once", "--config", "--tokens", "--prompt-tokens");
  }

  @Test
  void shouldCallWrongUsageSo() {
    assertThat(shell.run()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.run("decode", "--model", "x", "--tokens", "1,a")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.run("model", "show", "Not A Name")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.run("up", "--device", "Boiler Room")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.run("profile", "show", "raspberry")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("decode --help", "raspberry-pi-4").doesNotContain("\tat ");
  }

  @Test
  void shouldSayWhatIsInstalledWhereAModelIsNot() {
    assertThat(shell.run("decode", "--model", "missing", "--tokens", "1"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("missing");
  }

  @Test
  void shouldPrintJsonOnTheLastLine() throws Exception {
    assertThat(shell.run("model", "list", "--json")).isZero();

    JsonNode list = shell.lastLine();
    assertThat(list.get("models")).isEmpty();
    assertThat(list.get("available").get(0).get("name").asText())
        .isEqualTo("smollm2-135m-instruct");
  }

  @Test
  void shouldShowProfilesAsJson() throws Exception {
    assertThat(shell.run("profile", "show", "raspberry-pi-4", "--json")).isZero();

    assertThat(shell.lastLine().get("name").asText()).isEqualTo("raspberry-pi-4");
    assertThat(shell.lastLine().at("/slots/0/variants/0").asText()).isEqualTo("q4_all");
    assertThat(shell.lastLine().at("/temperature/hot").asDouble()).isEqualTo(80);
    assertThat(shell.lastLine().at("/governor/ladder/0").asText()).isEqualTo("fewer_sequences");
    assertThat(shell.run("profile", "show", "raspberry-pi-4")).isZero();
    assertThat(shell.printed())
        .contains("model smollm2-135m-instruct (variants: q4_all), 1 workers")
        .contains("gives up       fewer_sequences, shorter_answers,")
        .contains("temperature    warm from 70.0, hot from 80.0, critical from 85.0 °C");
  }

  @Test
  void shouldReportEveryProblemOfAConfiguration() throws Exception {
    Path bad = Files.writeString(home.resolve("bad.yaml"), "device: Bad Name\nmqtt: {}\nfoo: 1\n");
    Path good =
        Files.writeString(
            home.resolve("good.yaml"), "device: pi\nmqtt: {url: \"mqtt://127.0.0.1:1883\"}\n");

    assertThat(shell.run("config", "check", good.toString())).isZero();
    assertThat(shell.run("config", "check", bad.toString(), "--json")).isEqualTo(ExitCode.REFUSED);

    assertThat(shell.lastLine().get("problems").size()).isGreaterThanOrEqualTo(2);
    assertThat(shell.run("run", "--config", bad.toString())).isEqualTo(ExitCode.REFUSED);
    assertThat(shell.errors()).contains("bad.yaml:").doesNotContain("\tat ");
  }

  @Test
  void shouldCheckTheNamesOfProfileAndSlots() throws Exception {
    String smallest = "device: pi\nmqtt: {url: \"mqtt://127.0.0.1:1883\"}\n";
    Path slot = home.resolve("slot.yaml");
    Files.writeString(slot, smallest + "slots:\n  asistant: {workers: 2}\n");
    Path profile = home.resolve("profile.yaml");
    Files.writeString(profile, smallest + "profile: raspbery-pi-4\n");

    assertThat(shell.run("config", "check", slot.toString())).isEqualTo(ExitCode.REFUSED);
    assertThat(shell.run("config", "check", profile.toString())).isEqualTo(ExitCode.REFUSED);

    assertThat(shell.printed())
        .contains("slot.yaml:4: slots.asistant: ", "no such slot; did you mean \"assistant\"?")
        .contains("profile.yaml:3: profile: ", "raspberry-pi-4");
  }

  @Test
  void shouldSayWhereASiteTakesAnotherVariantThanItsProfile() throws Exception {
    String site = "device: pi\nmqtt: {url: \"mqtt://127.0.0.1:1883\"}\nprofile: raspberry-pi-4\n";
    Path other = home.resolve("other.yaml");
    Files.writeString(other, site + "slots:\n  assistant: {model: \"mine@q4_1\"}\n");
    Path same = home.resolve("same.yaml");
    Files.writeString(same, site + "slots:\n  assistant: {model: mine}\n");

    assertThat(shell.run("config", "check", same.toString())).isZero();
    assertThat(shell.printed()).doesNotContain("q4_all");
    assertThat(shell.run("config", "check", other.toString())).isZero();
    assertThat(shell.printed())
        .contains("nothing is wrong")
        .contains("slot assistant takes q4_1; device profile raspberry-pi-4 prefers q4_all");
    assertThat(shell.run("config", "check", other.toString(), "--json")).isZero();
    assertThat(shell.lastLine().get("notes")).hasSize(1);
  }

  @Test
  void shouldSayWhatToDoWhereNothingIsUp() {
    assertThat(shell.run("ask", "chat", "hello")).isEqualTo(ExitCode.FAILED);
    assertThat(shell.errors()).contains("bantam up");
  }

  @Test
  void shouldNameTheTargetsOfAnImport() {
    assertThat(shell.run("model", "import", "m.gguf", "--name", "m", "--quantize", "3bit"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("8bit, int8, 4bit, 4bit-zero-points, 4bit-all");
    assertThat(shell.run("model", "import", "m.gguf", "--name", "m", "--fidelity", "best"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("exact, fast");
    assertThat(
            shell.run(
                "model",
                "import",
                "m.gguf",
                "--name",
                "m",
                "--quantize",
                "8bit",
                "--fidelity",
                "fast"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("4bit and 4bit-all have");
  }

  @Test
  void shouldFindTheDeviceThatIsUp() throws Exception {
    RunningDevice here = RunningDevice.here("pi", List.of("mqtt://127.0.0.1:1883"), "up");
    here.announce(home);
    assertThat(RunningDevice.all(home)).containsExactly(here);

    here.withdraw(home);

    assertThat(RunningDevice.all(home)).isEmpty();
  }

  @Test
  void shouldExamineAllBrokersOfADevice() throws Exception {
    try (ServerSocket broker = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      // Given
      String there = "mqtt://127.0.0.1:" + broker.getLocalPort();
      String away = "mqtt://127.0.0.1:" + Ports.free();
      RunningDevice device = RunningDevice.here("pi", List.of(away, there), "run");
      device.announce(home);

      // When
      shell.run("doctor");

      // Then
      assertThat(shell.printed())
          .containsPattern("warning +running +pi .*cannot be reached: " + away)
          .contains(there);
      device.withdraw(home);
    }
  }

  @Test
  void shouldSayThatNothingIsThereToAskForItsHealth() {
    assertThat(shell.run("health")).isEqualTo(ExitCode.FAILED);
    assertThat(shell.run("health", "--at", "127.0.0.1:" + Ports.free())).isEqualTo(ExitCode.FAILED);
    assertThat(shell.run("health", "--at", "no address")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors())
        .contains("nothing is up on this machine", "--at ADDRESS:PORT")
        .contains("nothing answers at 127.0.0.1:")
        .contains("--at must be ADDRESS:PORT such as 0.0.0.0:9883");
  }

  @Test
  void shouldTellWhatADeviceSaysOfItsHealth() throws Exception {
    // Given a server of the JDK's, at which the newest device of this machine says that it is
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    answer(server, "/health/live", 200, "{\"status\":\"live\"}");
    answer(server, "/health/ready", 503, "{\"status\":\"not_ready\",\"obstacles\":[\"a\",\"b\"]}");
    server.start();
    RunningDevice device =
        RunningDevice.here("pi", List.of("mqtt://127.0.0.1:1883"), "run")
            .telling(Optional.of(new ListenAddress("127.0.0.1", server.getAddress().getPort())));
    device.announce(home);
    try {
      // Then
      assertThat(shell.run("health", "--live")).isZero();
      assertThat(shell.run("health")).isEqualTo(ExitCode.FAILED);
      assertThat(shell.printed()).contains("live\n").contains("not ready: a; b\n");
      assertThat(shell.run("health", "--json")).isEqualTo(ExitCode.FAILED);
      assertThat(shell.lastLine().get("ok").asBoolean()).isFalse();
      assertThat(shell.lastLine().at("/obstacles/1").asText()).isEqualTo("b");
    } finally {
      device.withdraw(home);
      server.stop(0);
    }
  }

  private static void answer(HttpServer server, String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
