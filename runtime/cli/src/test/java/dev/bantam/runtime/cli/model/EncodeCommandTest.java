package dev.bantam.runtime.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam encode} on the small encoders that runtime/models' tests have. */
class EncodeCommandTest {

  private static final Path ENCODERS =
      Path.of(System.getProperty("bantam.root"), "runtime/models/src/test/resources/encoders");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;

  private Shell shell;
  private Path texts;

  @BeforeEach
  void write() throws Exception {
    shell = new Shell(home);
    texts = Files.writeString(home.resolve("texts"), "w1 w2\n\n" + "w3 ".repeat(100) + "\nw1 w2\n");
  }

  @Test
  void shouldPrintAnEmbeddingForEachLine() throws Exception {
    install("bert-plain");
    assertThat(encode("bert-plain", "--json")).as(shell.errors()).isZero();

    List<JsonNode> lines = lines();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0).get("token_ids").toString()).isEqualTo("[2,6,7,3]");
    assertThat(lines.get(0).get("embedding")).hasSize(32).isEqualTo(lines.get(3).get("embedding"));
    assertThat(lines.get(1).get("token_ids").toString()).isEqualTo("[2,3]");
    assertThat(lines.get(2).get("token_ids")).hasSize(40);
    assertThat(lines)
        .extracting(line -> line.get("truncated").asBoolean())
        .containsExactly(false, false, true, false);
  }

  @Test
  void shouldPrintLogitsAndLabels() throws Exception {
    install("bert-texts");
    install("bert-tokens");
    assertThat(encode("bert-texts", "--json", "--variant", "fp32")).as(shell.errors()).isZero();
    assertThat(lines().get(0).get("labels").toString())
        .isEqualTo("[\"idle\",\"running\",\"broken\"]");
    assertThat(lines().get(0).get("logits")).hasSize(3);

    assertThat(encode("bert-tokens", "--json")).as(shell.errors()).isZero();
    assertThat(lines().get(4).get("logits")).hasSize(4);
    assertThat(lines().get(4).get("logits").get(0)).hasSize(5);
  }

  @Test
  void shouldReadQuestionAndContextForAModelThatFindsAnswers() throws Exception {
    install("bert-span");
    Files.writeString(texts, "w1 w2\tw3 w4 w5\n");
    assertThat(encode("bert-span", "--json")).as(shell.errors()).isZero();
    assertThat(lines().get(0).get("token_ids").toString()).isEqualTo("[2,6,7,3,8,9,10,3]");
    assertThat(lines().get(0).get("start_logits")).hasSize(8);

    Files.writeString(texts, "w1 w2\n");
    assertThat(encode("bert-span", "--json")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("a question, a tab and a context");
  }

  @Test
  void shouldPrintALineForPeople() throws Exception {
    install("bert-plain");
    assertThat(encode("bert-plain")).as(shell.errors()).isZero();
    assertThat(shell.printed()).contains("token_ids 4").contains("... (32)");
  }

  @Test
  void shouldSayWhatIsWrongWithItsOptions() throws Exception {
    install("bert-plain");
    assertThat(encode("bert-plain", "--kind", "query")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("no kinds of texts");
    assertThat(encode("bert-plain", "--variant", "int8")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("fp32");
    assertThat(encode("bert-plain", "--variant", "A B")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("--variant");
  }

  private void install(String name) {
    String folder = ENCODERS.resolve(name).toString();
    assertThat(shell.run("model", "import", folder, "--name", name, "--quantize", "none"))
        .as(shell.errors())
        .isZero();
    shell.clear();
  }

  private int encode(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("encode", "--model", name, "--input", texts.toString()));
    arguments.addAll(List.of(more));
    return shell.run(arguments.toArray(String[]::new));
  }

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : shell.printed().split("\n")) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
