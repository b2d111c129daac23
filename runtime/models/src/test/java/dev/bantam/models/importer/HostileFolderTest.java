package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of safetensors that contradict themselves, and such as somebody has tampered with. */
class HostileFolderTest {

  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int MUTATIONS = 400;
  private static final long MOST_HEAP_BYTES = 32L << 20;

  private static final String[] TOKENS = {
    "null",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "9223372036854775807",
    "[]",
    "{}",
    "\"x\"",
    "true",
    "[[[[",
    "}",
    "\"\\ud800\"",
    "4294967296",
    "0.5"
  };

  @TempDir Path folder;

  @Test
  void shouldImportTheSoundModel() throws Exception {
    ImportedVariant imported = importFolder(FolderBytes.model());

    assertThat(imported.variant()).isEqualTo("bf16");
    assertThat(imported.parameters()).isEqualTo(8 + 3 * 32 + 4 * 32 + 3072 + 6144);
  }

  @ParameterizedTest
  @CsvSource({
    "'[64, 32]', '[64, 33]', does not fit",
    "'[64, 32]', '[64, -2]', no size",
    "'[64, 32]', '[9e8, 2]', must be numbers",
    "'BF16', 'BF17', supported are [F32",
    "'BF16', 'I16', supported are [F32",
    "'\"data_offsets\":[0,256]', '\"data_offsets\":[2,258]', overlap",
    "'\"data_offsets\":[0,256]', '\"data_offsets\":[0,255]', does not fit",
    "'model.norm.weight', 'model.norm.extra.weight', model.norm.weight",
    "'\"dtype\":\"BF16\",', '', dtype",
    "'mlp.up_proj', 'mlp.gate_proj', Duplicate",
    "'{\"__meta', '[\"__meta', header",
  })
  void shouldRefuseTensorsThatMakeNoSense(String old, String replacement, String message) {
    String header = new String(FolderBytes.model().get(WEIGHTS), StandardCharsets.ISO_8859_1);
    String text = header.substring(8, header.lastIndexOf('}') + 1).replace(old, replacement);
    byte[] weights = FolderBytes.safetensors(text, FolderBytes.model().get(WEIGHTS).length);

    assertRefused(FolderBytes.model().with(WEIGHTS, weights), message);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, 1L << 33, 100_000, 40})
  void shouldRefuseAHeaderOfAnotherLength(long length) {
    byte[] weights = FolderBytes.model().get(WEIGHTS);
    ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);

    assertRefused(FolderBytes.model().with(WEIGHTS, weights), WEIGHTS);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"llama\"', '\"mamba\"', supported are [llama",
    "'\"silu\"', '\"relu\"', supported are [silu]",
    "'\"hidden_size\": 32', '\"hidden_size\": 33', num_attention_heads",
    "'\"num_hidden_layers\": 1', '\"num_hidden_layers\": 2', layers.1.input_layernorm.weight",
    "'\"num_hidden_layers\": 1', '\"num_hidden_layers\": \"1\"', num_hidden_layers",
    "'\"num_hidden_layers\": 1,', '', 'num_hidden_layers: the key is missing'",
    "'\"num_key_value_heads\": 1', '\"num_key_value_heads\": 3', num_key_value_heads",
    "'\"llama3\"', '\"yarn\"', 'supported are [default, linear, llama3, longrope]'",
    "'\"factor\": 8.0', '\"factor\": 0', a number above 0",
    "'\"tie_word_embeddings\": true', '\"tie_word_embeddings\": false', lm_head.weight",
    "'{\"model_type\"', '{\"hidden_size\": 1, \"model_type\"', Duplicate",
  })
  void shouldRefuseAConfigurationThatMakesNoSense(String old, String replacement, String message) {
    assertRefused(FolderBytes.model().replace(CONFIG, old, replacement), message);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"BPE\"', '\"Unigram\"', supported is BPE",
    "'\"a\": 3', '\"a\": -3', no token's id",
    "'\"id\": 2,', '', lacks its id",
    "'\"merges\": []}}', '\"merges\": []}', line",
  })
  void shouldRefuseATokenizerThatMakesNoSense(String old, String replacement, String message) {
    assertRefused(FolderBytes.model().replace(TOKENIZER, old, replacement), message);
  }

  @Test
  void shouldSayWhichFileIsMissing() {
    assertRefused(FolderBytes.model().without(WEIGHTS), "neither model.safetensors nor");
    assertRefused(FolderBytes.model().without(CONFIG), CONFIG);
    assertRefused(FolderBytes.model().without(TOKENIZER), TOKENIZER);
  }

  @Test
  void shouldNotFollowAnIndexOutOfTheFolder() {
    for (String file : new String[] {"../x.safetensors", "/etc/passwd", "x.bin", ""}) {
      byte[] index = "{\"weight_map\":{\"a\":\"%s\"}}".formatted(file).getBytes();
      assertRefused(FolderBytes.model().without(WEIGHTS).with(INDEX, index), "no name of a shard");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CONFIG, TOKENIZER, WEIGHTS, INDEX, "tokenizer_config.json"})
  void shouldSurviveMutations(String file) throws Exception {
    // Given
    FolderBytes model = FolderBytes.model();
    if (file.equals(INDEX)) {
      model.with("a.safetensors", model.get(WEIGHTS)).without(WEIGHTS);
      model.with(INDEX, "{\"weight_map\":{\"model.norm.weight\":\"a.safetensors\"}}".getBytes());
    }
    byte[] seed = model.get(file);
    Random random = new Random(4711);
    int refused = 0;

    // When
    for (int i = 0; i < MUTATIONS; i++) {
      model.with(file, mutate(seed, random));
      long before = Heap.allocatedBytes();
      try {
        importFolder(model);
      } catch (ModelException e) {
        refused++;
        assertThat(e.kind()).isIn(Kind.MALFORMED, Kind.UNSUPPORTED, Kind.USAGE);
      }
      assertThat(Heap.allocatedBytes() - before)
          .as("heap of mutation %d", i)
          .isLessThan(MOST_HEAP_BYTES);
    }

    // Then
    assertThat(refused).isGreaterThan(MUTATIONS / 4);
  }

  /** Flips bits, copies parts, cuts, and puts other tokens in the place of numbers and strings. */
  static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int text = Math.min(bytes.length, 1200);
      if (text <= 16) {
        return bytes;
      }
      int at = random.nextInt(text - 8);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 ->
            System.arraycopy(seed, random.nextInt(seed.length - 8), bytes, at, random.nextInt(8));
        case 3 -> {
          return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        default -> bytes = replaceToken(bytes, at, TOKENS[random.nextInt(TOKENS.length)]);
      }
    }
    return bytes;
  }

  private static byte[] replaceToken(byte[] bytes, int from, String token) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    int start = all.indexOf(':', from) + 1;
    int end = start;
    while (end < all.length() && ",]}".indexOf(all.charAt(end)) < 0) {
      end++;
    }
    return (all.substring(0, start) + token + all.substring(end))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private void assertRefused(FolderBytes model, String... words) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> importFolder(model))
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private ImportedVariant importFolder(FolderBytes model) throws Exception {
    Path source = folder.resolve("model");
    if (Files.exists(source)) {
      try (var files = Files.list(source)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    return ModelImporter.importModel(
        model.write(source), new FolderBlobs(blobs), ImportListener.NONE);
  }
}
