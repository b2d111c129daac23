package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.models.store.FileLocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam tune} with the small models that other modules' tests have. */
@Timeout(120)
class TuneTest {

  private static final Path MODELS =
      Path.of(System.getProperty("bantam.root"), "runtime/models/src/test/resources");

  @TempDir Path home;

  private Path profile;

  @BeforeEach
  void setUp() throws Exception {
    profile =
        Files.writeString(
            home.resolve("small.yaml"),
            """
            name: small
            match: {}
            threads: 2
            spinning: false
            context_length: 128
            slots:
              - {name: assistant, plugin: text-generation, model: tiny}
              - {name: encoder, plugin: text-encoding, model: small-encoder}
            """);
    Files.createDirectories(home.resolve("tuning"));
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(home, arguments);
  }

  private CommandRun tune(String... arguments) {
    return run(
        Stream.concat(
                Stream.of("tune", "--busy", "--profile", profile.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private void importTiny() {
    CommandRun imported =
        run(
            "model",
            "import",
            MODELS + "/dev/bantam/models/importer/tiny-q4_1.gguf",
            "--name",
            "tiny");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
  }

  private void importEncoder() {
    CommandRun imported =
        run("model", "import", MODELS + "/encoders/bert-plain", "--name", "small-encoder");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
  }

  private Stream<Path> records() throws IOException {
    return Files.walk(home.resolve("tuning")).filter(file -> file.toString().endsWith(".json"));
  }

  @Test
  void shouldMeasureShowAndForget() throws Exception {
    importTiny();
    assertThat(tune("--show").out())
        .contains("tiny:", "(slot assistant)", "as usual (2 threads): not measured");

    CommandRun measured = tune("--slot", "assistant", "--json");

    assertThat(measured.exitCode()).as(measured.err()).isZero();
    assertThat(measured.err()).contains("heats 1 of 4: 2 threads", "heats 1 of 4: 1 thread ");
    JsonNode tuning = measured.json().at("/slots/0/tuning");
    assertThat(tuning.at("/usual/threads").asInt()).isEqualTo(2);
    assertThat(tuning.at("/chosen/spinning").asBoolean()).isFalse();
    assertThat(tuning.at("/trials")).isNotEmpty();
    assertThat(tuning.at("/machine/cores").asText()).isNotEmpty();
    try (Stream<Path> records = records()) {
      assertThat(records).hasSize(1);
    }
    assertThat(tune("--show").out()).doesNotContain("not measured").contains("2 threads");
    assertThat(tune("--show", "--json").json().at("/slots/0/tuning")).isEqualTo(tuning);

    assertThat(tune("--forget", "--json").json().get("forgotten").asInt()).isEqualTo(1);
    assertThat(tune("--show").out()).contains("not measured");
  }

  @Test
  void shouldMeasureAnEncoder() throws Exception {
    importEncoder();

    CommandRun measured = tune("small-encoder", "--json");

    assertThat(measured.exitCode()).as(measured.err()).isZero();
    assertThat(measured.err()).contains("single texts", "texts");
    assertThat(measured.json().at("/slots/0/slot").asText()).isEqualTo("encoder");
    assertThat(measured.json().at("/slots/0/tuning/usual/threads").asInt()).isEqualTo(2);
  }

  @Test
  void shouldSayThatAProfileWithOtherThreadsMakesItVoid() throws Exception {
    importTiny();
    assertThat(tune("tiny").exitCode()).isZero();

    Files.writeString(profile, Files.readString(profile).replace("threads: 2", "threads: 1"));

    assertThat(tune("--show").out()).contains("holds no more");
  }

  @Test
  void shouldRefuseWhatCannotBeMeasured() throws Exception {
    CommandRun unknown = tune("nothing-like-it");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("nothing-like-it");

    CommandRun slot = tune("--slot", "asistant");
    assertThat(slot.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(slot.err()).contains("asistant", "assistant, encoder");

    CommandRun nothing = tune();
    assertThat(nothing.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(nothing.err()).contains("left out: ", "tiny", "nothing to measure");

    importTiny();
    CommandRun wrong = tune("tiny", "--slot", "encoder");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("decoders", "not slot encoder");
    try (Stream<Path> records = records()) {
      assertThat(records).isEmpty();
    }
  }

  @Test
  void shouldLeaveThreadsAloneThatTheSiteNames() throws Exception {
    importTiny();
    Path site =
        Files.writeString(
            home.resolve("bantam.yaml"),
            "device: one\nprofile: ./small.yaml\nmqtt: {url: mqtt://127.0.0.1}\nslots:\n  assistant: {threads: 1}\n");

    CommandRun named = run("tune", "--busy", "tiny", "--config", site.toString());

    assertThat(named.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(named.err()).contains("remove slots.assistant.threads");
  }

  @Test
  void shouldNotMeasureWhileAnotherDoes() throws Exception {
    importTiny();
    try (FileLocks.Held held =
        FileLocks.acquire(home.resolve("tuning/.lock"), Duration.ofSeconds(5), "x", holder -> {})) {
      CommandRun second = tune("tiny");

      assertThat(held).isNotNull();
      assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(second.err()).contains("Try again when that has ended");
    }
  }
}
