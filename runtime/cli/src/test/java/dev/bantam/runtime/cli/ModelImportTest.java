package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam model import} on the small models that other modules' tests have. */
class ModelImportTest {

  private static final Path ROOT = Path.of(System.getProperty("bantam.root"));
  private static final Path EXPORT = ROOT.resolve("runtime/inference/src/test/resources/export");
  private static final Path FAMILIES = ROOT.resolve("runtime/models/src/test/resources/families");
  private static final Path ENCODERS = ROOT.resolve("runtime/models/src/test/resources/encoders");
  private static final int VOCABULARY = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;

  private Shell shell;

  @BeforeEach
  void open() {
    shell = new Shell(home);
  }

  @Test
  void shouldImportTheGraphThatIsAskedFor() throws Exception {
    // Given
    JsonNode golden = JSON.readTree(EXPORT.resolve("llama/golden.json").toFile());
    String prompt = numbers(golden.at("/prompts/2/tokens"));
    JsonNode expected = golden.at("/greedy/model_q4.onnx/2");

    // When
    assertThat(run("import", EXPORT + "/llama", "--file", "model_q4.onnx", "--name", "tiny"))
        .as(shell.errors())
        .isZero();

    // Then
    assertThat(shell.printed()).containsPattern("tiny:sha-[0-9a-f]{12}@onnx-q4 is installed");
    String count = String.valueOf(expected.size());
    assertThat(shell.run("decode", "--model", "tiny", "--tokens", prompt, "--new", count, "--json"))
        .as(shell.errors())
        .isZero();
    assertThat(shell.lastLine().get("tokens")).isEqualTo(expected);
  }

  @Test
  void shouldNameTheGraphsWhereItMustBeSaidWhich() {
    assertThat(run("import", EXPORT + "/llama", "--name", "tiny")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("--file", "model_q4.onnx", "model_int8.onnx");

    assertThat(run("import", EXPORT + "/llama", "--file", "model_q2.onnx", "--name", "tiny"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("model_q2.onnx", "model_fp16.onnx");
  }

  @Test
  void shouldTakeDollysFormatFromItsName() throws Exception {
    Path dolly = neox("dolly", "databricks/dolly-v2-3b");
    Path pythia = neox("pythia", "EleutherAI/pythia-2.8b");

    assertThat(run("import", dolly.toString(), "--name", "d", "--quantize", "none")).isZero();
    assertThat(run("import", pythia.toString(), "--name", "p", "--quantize", "none")).isZero();

    assertThat(shown("d")).isEqualTo("dolly");
    assertThat(shown("p")).isEmpty();
    assertThat(run("show", "p")).isZero();
    assertThat(shell.printed()).contains("prompt format  the plugin's choice");
  }

  @Test
  void shouldKeepThePromptFormatThatItIsTold() throws Exception {
    // Given
    Path gguf = FAMILIES.resolve("gpt2-two-heads/quantized.gguf");
    assertThat(run("import", gguf.toString(), "--name", "g", "--prompt-format", "alpaca")).isZero();

    // When
    assertThat(run("import", gguf.toString(), "--name", "g")).isZero();
    assertThat(run("import", gguf.toString(), "--name", "g", "--quantize", "8bit")).isZero();

    // Then
    assertThat(run("show", "g")).isZero();
    assertThat(shell.printed()).contains("prompt format  alpaca");
    assertThat(run("show", "g", "--json")).isZero();
    assertThat(shell.lastLine().get("variants")).hasSize(2);
    for (JsonNode variant : shell.lastLine().get("variants")) {
      assertThat(variant.path("prompt_format").asText()).isEqualTo("alpaca");
      Path blobs = home.resolve("models/blobs/sha256");
      Path config = blobs.resolve(variant.at("/files/config/sha256").asText());
      assertThat(JSON.readTree(config.toFile()).path("prompt_format").asText()).isEqualTo("alpaca");
    }
  }

  @Test
  void shouldRefuseAPromptFormatThatTheModelCannotHave() {
    String gguf = FAMILIES.resolve("gpt2-two-heads/quantized.gguf").toString();

    assertThat(run("import", gguf, "--name", "g", "--prompt-format", "dully"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors())
        .contains("\"dully\"", "alpaca, conversation, dolly, plain, template");

    assertThat(run("import", gguf, "--name", "g", "--prompt-format", "template"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("has no chat template", "conversation");
    assertThat(run("show", "g")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldShowMemoryByContextLength() throws Exception {
    // Given a cache in place, and one that each run makes anew
    String gguf = FAMILIES.resolve("gpt2-two-heads/quantized.gguf").toString();
    assertThat(run("import", gguf, "--name", "own")).isZero();
    assertThat(run("import", EXPORT + "/llama", "--file", "model_q4.onnx", "--name", "export"))
        .isZero();

    // When, Then
    assertThat(run("show", "own")).isZero();
    assertThat(shell.printed())
        .containsPattern("memory +context +weights +working +KV cache +together")
        .doesNotContain("both are counted");
    assertThat(run("show", "export", "--context", "100")).isZero();
    assertThat(shell.printed()).contains("both are counted");
    assertThat(run("show", "export", "--context", "100", "--json")).isZero();
    JsonNode memory = shell.lastLine().get("memory");
    int perToken = 2 * 2 * 2 * 16 * 4 * 2; // keys and values, layers, heads, head, floats, both
    assertThat(memory.get("reference").asText()).contains("export:", "@onnx-q4");
    assertThat(memory.get("cache_grows").asBoolean()).isTrue();
    assertThat(memory.get("cache_bytes_per_token").asInt()).isEqualTo(perToken);
    JsonNode row = memory.at("/by_context/0");
    assertThat(row.get("context_length").asInt()).isEqualTo(100);
    assertThat(row.get("cache_bytes").asInt()).isEqualTo(100 * perToken);
    assertThat(row.get("bytes").asLong())
        .isEqualTo(
            memory.get("weights_bytes").asLong()
                + row.get("working_bytes").asLong()
                + row.get("cache_bytes").asLong());
    assertThat(run("show", "export", "--context", "0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldSayHowFarAnEncodersVariantIsFromItsFloats() throws Exception {
    // Given
    String folder = ENCODERS.resolve("bert-plain").toString();

    // When
    assertThat(run("import", folder, "--name", "e", "--quantize", "int8"))
        .as(shell.errors())
        .isZero();
    assertThat(shell.printed())
        .containsPattern(
            "@int8 is installed; cosine to fp32 0[.]\\d{4}, least 0[.]\\d{4}, over 32");
    assertThat(run("import", folder, "--name", "e")).as(shell.errors()).isZero();
    assertThat(run("import", folder, "--name", "e", "--quantize", "4bit"))
        .as(shell.errors())
        .isZero();

    // Then
    assertThat(run("show", "e", "--json")).isZero();
    JsonNode variants = shell.lastLine().get("variants");
    assertThat(variants)
        .extracting(v -> v.get("variant").asText())
        .containsExactly("int8", "fp32", "q4");
    assertThat(variants.get(0).at("/error/against").asText()).isEqualTo("fp32");
    assertThat(variants.get(0).at("/error/texts").asInt()).isEqualTo(32);
    assertThat(variants.get(0).at("/error/mean_cosine").asDouble()).isBetween(0.98, 0.999999);
    assertThat(variants.get(1).has("error")).isFalse();
    assertThat(variants.get(2).at("/error/mean_cosine").asDouble())
        .isBetween(0.8, variants.get(0).at("/error/mean_cosine").asDouble());
    assertThat(run("show", "e@int8")).isZero();
    assertThat(shell.printed()).contains("error          cosine to fp32 0.");
  }

  @Test
  void shouldKeepInt8ForEncoders() {
    String gguf = FAMILIES.resolve("gpt2-two-heads/quantized.gguf").toString();
    assertThat(run("import", gguf, "--name", "g", "--quantize", "int8")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("int8 is for encoders");
  }

  @Test
  void shouldMakeTheVariantThatTheDeviceProfilePrefers() throws Exception {
    // Given
    String folder = neox("dolly", "dolly").toString();

    // When, Then
    assertThat(run("import", folder, "--name", "pi", "--profile", "raspberry-pi-4"))
        .as(shell.errors())
        .isZero();
    assertThat(shell.printed())
        .contains("@q4_all is installed", "q4_all is the device profile's first choice");
    assertThat(run("import", folder, "--name", "pi5", "--profile", "raspberry-pi-5")).isZero();
    assertThat(shell.printed()).containsPattern("pi5:[^ ]+@q4 is installed");
    String[] said = {"--profile", "raspberry-pi-4", "--quantize", "8bit"};
    assertThat(run("import", folder, "--name", "own", said[0], said[1], said[2], said[3])).isZero();
    assertThat(shell.printed()).containsPattern("own:[^ ]+@q8 is installed");
    assertThat(run("import", folder, "--name", "x", "--profile", "rasp")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("raspberry-pi-4");
  }

  /** A small GPT-NeoX as transformers saves it. */
  private Path neox(String folder, String name) throws IOException {
    Path model = Files.createDirectory(home.resolve(folder));
    Path committed = FAMILIES.resolve("gptneox-dolly");
    Files.copy(committed.resolve("model.safetensors"), model.resolve("model.safetensors"));
    ObjectNode config = (ObjectNode) JSON.readTree(committed.resolve("config.json").toFile());
    JSON.writeValue(model.resolve("config.json").toFile(), config.put("_name_or_path", name));
    Map<String, Integer> vocabulary =
        IntStream.range(0, VOCABULARY).boxed().collect(Collectors.toMap(i -> "t" + i, i -> i));
    Map<String, Object> bpe = Map.of("type", "BPE", "vocab", vocabulary, "merges", new int[0]);
    JSON.writeValue(
        model.resolve("tokenizer.json").toFile(),
        Map.of("version", "1.0", "added_tokens", new int[0], "model", bpe));
    return model;
  }

  private String shown(String model) throws Exception {
    assertThat(run("show", model, "--json")).isZero();
    return shell.lastLine().at("/variants/0/prompt_format").asText();
  }

  private static String numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(","));
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "model";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return shell.run(all);
  }
}
