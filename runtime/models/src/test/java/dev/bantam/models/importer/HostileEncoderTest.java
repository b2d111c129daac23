package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders' folders and exports that somebody has tampered with: an error of ours, or a model. */
class HostileEncoderTest {

  private static final int MUTATIONS = 50;
  private static final int HEADER_BYTES = 2048;

  private static final List<String> TOKENS =
      List.of("null", "-1", "0", "1e999", "99999999999999999999", "[]", "{}", "\"x\"", "true", "}");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bert-texts", "distilbert-tokens", "roberta-span", "tinybert-span"})
  void shouldRefuseOrReadWhateverAFolderHolds(String name) throws Exception {
    Path model = copy(Path.of(HostileEncoderTest.class.getResource("/encoders/" + name).toURI()));
    describe(model);
    mutate(model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-plain", "roberta-texts"})
  void shouldRefuseOrReadWhateverAnExportHolds(String name) throws Exception {
    Path original = Path.of(HostileEncoderTest.class.getResource("/encoders/" + name).toURI());
    FolderBlobs blobs = new FolderBlobs(Files.createDirectory(folder.resolve("imported")));
    ImportedVariant imported = ModelImporter.importModel(original, blobs, ImportListener.NONE);
    Path model = Files.createDirectory(folder.resolve("model"));
    EncoderExports.write(original, imported, blobs, graph -> {}, model);
    describe(model);
    mutate(model);
  }

  /** The files that sentence-transformers adds. */
  private static void describe(Path model) throws Exception {
    Files.createDirectories(model.resolve("1_Pooling"));
    Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode\": \"cls\"}");
    Files.writeString(
        model.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Normalize\"}]");
    Files.writeString(model.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 24}");
    Files.writeString(
        model.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"query: \"}}");
    Files.writeString(model.resolve("tokenizer_config.json"), "{\"model_max_length\": 30}");
  }

  private Path copy(Path original) throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.filter(path -> !path.toString().contains("golden")).toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    return model;
  }

  private void mutate(Path model) throws Exception {
    List<Path> files;
    try (Stream<Path> found = Files.walk(model)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    FolderBlobs blobs = new FolderBlobs(Files.createDirectory(folder.resolve("blobs")));
    ModelImporter.importModel(model, blobs, ImportListener.NONE);
    int refused = 0;
    for (Path file : files) {
      byte[] sound = Files.readAllBytes(file);
      Random random = new Random(file.getFileName().hashCode());
      for (int i = 0; i < MUTATIONS; i++) {
        Files.write(file, mutated(sound, random));
        try {
          ModelImporter.importModel(model, blobs, ImportListener.NONE);
        } catch (ModelException e) {
          assertThat(e.getMessage()).hasSizeLessThan(1000);
          refused++;
        }
      }
      Files.write(file, sound);
    }
    assertThat(refused).isPositive();
  }

  private static byte[] mutated(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int at = random.nextInt(Math.min(bytes.length, HEADER_BYTES));
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 ->
          Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(9)), (byte) 0xff);
      case 3 -> {
        byte[] token = TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(token, 0, bytes, at, Math.min(token.length, bytes.length - at));
      }
      default -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
    }
    return bytes;
  }
}
