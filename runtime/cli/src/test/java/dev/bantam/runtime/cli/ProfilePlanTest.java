package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the encoder that comes with the build. */
class ProfilePlanTest {

  @TempDir Path home;

  private CommandRun plan(String... arguments) {
    List<String> all = new ArrayList<>(List.of("profile", "plan"));
    all.addAll(List.of(arguments));
    return CommandRun.of(home, all.toArray(String[]::new));
  }

  private String pullEncoder() {
    CommandRun pull = CommandRun.of(home, "model", "pull", "all-minilm-l6-v2-int8");
    assertThat(pull.exitCode()).as(pull.err()).isZero();
    return "all-minilm-l6-v2-int8:";
  }

  @Test
  void shouldPlanForABoardElsewhereWithTheSiteOverItsProfile() throws Exception {
    // Given
    String encoder = pullEncoder();
    Path site =
        Files.writeString(
            home.resolve("bantam.yaml"),
            """
            device: pi
            mqtt: {url: "mqtt://127.0.0.1:1883"}
            memory_budget: 300MiB
            slots: {assistant: {model: all-minilm-l6-v2-int8}}
            """);

    // When
    CommandRun run =
        plan(
            "--device",
            "raspberry-pi-4",
            "--memory",
            "2GiB",
            "--config",
            site.toString(),
            "--json");

    // Then
    JsonNode json = run.json();
    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(json.get("fits").asBoolean()).isTrue();
    assertThat(json.get("architecture").asText()).isEqualTo("aarch64");
    assertThat(json.get("usable_memory_bytes").asLong()).isEqualTo(2L << 30);
    assertThat(json.get("memory_budget_bytes").asLong()).isEqualTo(300L << 20);
    assertThat(json.at("/slots/0/chosen").asText()).startsWith(encoder);
    assertThat(json.at("/slots/0/variants/0/at_the_same_time").asInt()).isEqualTo(4);
    long models = json.get("models_bytes").asLong();
    assertThat(json.get("bytes").asLong()).isEqualTo(models + json.get("runtime_bytes").asLong());
    assertThat(json.at("/slots/0/variants/0/weights_bytes").asLong()).isPositive();
  }

  @Test
  void shouldSayWhatIsMissingAndWhatDoesNotFit() {
    // Given
    pullEncoder();

    // When
    CommandRun run = plan("--device", "raspberry-pi-zero-2w", "--memory", "130MiB");

    // Then
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out())
        .contains("profile    raspberry-pi-zero-2w")
        .contains("all, when every worker is busy")
        .contains("smollm2-135m-instruct:1@q4_all", "not installed")
        .contains("not installed: q4_all (bantam model pull smollm2-135m-instruct@q4_all)")
        .contains("raspberry-pi-4.yaml:", "slots[0]: no variant that is installed or in the")
        .contains("no variant that is installed fits")
        .contains("more than the memory budget of ");
  }

  @Test
  void shouldPlanForABoardElsewhereWithoutAnyModel() throws Exception {
    // Given
    String[] board = {"--device", "raspberry-pi-4", "--memory", "2GiB", "--json"};

    // When
    CommandRun before = plan(board);
    pullEncoder();
    CommandRun after = plan(board);

    // Then
    JsonNode json = before.json();
    assertThat(before.exitCode()).as(before.out()).isZero();
    assertThat(json.get("fits").asBoolean()).isTrue();
    assertThat(json.get("problems")).isEmpty();
    assertThat(json.at("/slots/0/chosen").asText()).isEqualTo("smollm2-135m-instruct:1@q4_all");
    JsonNode chosen = json.at("/slots/0/variants/0");
    assertThat(chosen.get("installed").asBoolean()).isFalse();
    assertThat(chosen.get("download_bytes").asLong()).isEqualTo(98_362_432);
    assertThat(chosen.get("command").asText())
        .isEqualTo("bantam model pull smollm2-135m-instruct@q4_all");
    assertThat(chosen.get("weights_bytes").asLong()).isPositive();
    assertThat(json.at("/slots/1/variants/0/installed").asBoolean()).isFalse();
    assertThat(after.json().at("/slots/1/variants/0/installed").asBoolean()).isTrue();
    assertThat(after.json().at("/slots/1/variants/0/command").isNull()).isTrue();
    for (String sum : List.of("bytes", "at_rest_bytes", "models_bytes", "runtime_bytes")) {
      assertThat(after.json().get(sum)).as(sum).isEqualTo(json.get(sum));
    }
  }

  @Test
  void shouldForeseeForThisMachineAndSayThatItCannotStartYet() throws Exception {
    Path site =
        Files.writeString(
            home.resolve("bantam.yaml"),
            """
            device: gateway-1
            profile: x86-gateway
            mqtt: {url: "mqtt://127.0.0.1:1883"}
            slots:
              assistant: {model: none-of-ours}
              encoder: {model: all-minilm-l6-v2, variants: [int8]}
            """);

    CommandRun run = plan("--config", site.toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out())
        .containsPattern("all-minilm-l6-v2:1@int8 .* <- context .*, not installed, int8 is the")
        .containsPattern("all-minilm-l6-v2:1@fp32 .*  not installed")
        .contains("bantam model pull all-minilm-l6-v2@int8 --config " + site)
        .contains("slots[0]: model \"none-of-ours\" is not installed")
        .contains("slots[1]: model \"all-minilm-l6-v2\" is not installed");
  }

  @Test
  void shouldPrintWhatACatalogCanSayOfAModel() throws Exception {
    pullEncoder();

    CommandRun show =
        CommandRun.of(home, "model", "show", "all-minilm-l6-v2-int8", "--for-catalog");

    assertThat(show.exitCode()).as(show.err()).isZero();
    assertThat(show.out().lines())
        .containsExactly(
            "memory:",
            "  encoder: {layers: 6, heads: 12, hidden_size: 384, vocab_size: 30522, max_tokens: 256}",
            "  variants:",
            "    onnx-int8: {weights: 22765327}");
  }

  @Test
  void shouldReportEveryProblemOfAProfile() throws Exception {
    Path own =
        Files.writeString(
            home.resolve("own.yaml"),
            """
            name: own
            extends: raspberry-pi-4
            memory_budget: 9GiB
            colour: red
            slots:
              - {name: assistant, plugin: text-generatoin}
            """);

    CommandRun run = plan("--device", own.toString(), "--memory", "2GiB");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err())
        .contains("own.yaml:3: memory_budget: 9.0 GiB is more than the 8.0 GiB")
        .contains("own.yaml:4: colour: unknown key")
        .contains("own.yaml:6: slots[0].plugin: there is no plugin \"text-generatoin\"");
    assertThat(plan("--memory", "much").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(plan("--device", "raspberry-pi-9").err()).contains("there is no device profile");
  }
}
