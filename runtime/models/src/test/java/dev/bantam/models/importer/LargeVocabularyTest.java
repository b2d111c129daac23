package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.gguf.GgufBytes;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The largest vocabularies that people have, imported by a process with the heap that the launcher
 * gives to imports. Beside the vocabulary the models are tiny.
 */
class LargeVocabularyTest {

  /** The launcher's, for {@code model import} and {@code model pull}. */
  private static final String HEAP = "-Xmx256m";

  private static final int GEMMA = 256_000;
  private static final int QWEN_2 = 151_936;

  @TempDir Path folder;

  @Test
  void shouldImportSentencePieceWithItsScores() throws Exception {
    // Given
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    tokens.addAll(words(GEMMA - tokens.size()));
    byte[] scores = new byte[16 + 4 * GEMMA];
    System.arraycopy(
        GgufBytes.join(GgufBytes.int32(9), GgufBytes.int32(6), GgufBytes.int64(GEMMA)),
        0,
        scores,
        0,
        16);
    Path model =
        model(tokens)
            .text("tokenizer.ggml.model", "llama")
            .raw("tokenizer.ggml.scores", scores)
            .write(folder.resolve("gemma.gguf"));
    // Then: each word of four letters is made of shorter ones in three ways
    assertThat(importInOtherProcess(model)).isGreaterThan(10L << 20);
  }

  @Test
  void shouldImportByteLevelMerges() throws Exception {
    // Given
    List<String> tokens = words(QWEN_2);
    List<String> merges =
        tokens.stream()
            .filter(word -> word.length() > 1)
            .map(
                word -> word.substring(0, word.length() - 1) + " " + word.charAt(word.length() - 1))
            .toList();
    Path model =
        model(tokens)
            .text("tokenizer.ggml.model", "gpt2")
            .text("tokenizer.ggml.pre", "qwen2")
            .raw("tokenizer.ggml.merges", texts(merges))
            .write(folder.resolve("qwen2.gguf"));
    // Then
    assertThat(importInOtherProcess(model)).isGreaterThan(3L << 20);
  }

  @Test
  void shouldImportAFoldersTokenizer() throws Exception {
    // Given
    StringBuilder json = new StringBuilder("{\"added_tokens\":[],\"model\":{\"type\":\"BPE\",");
    json.append("\"vocab\":{\"<unk>\":0,\"<s>\":1,\"</s>\":2,\"!\":3");
    List<String> words = words(GEMMA);
    for (int id = 0; id < words.size(); id++) {
      json.append(",\n      \"").append(words.get(id)).append("\": ").append(id + 4);
    }
    json.append("},\"merges\":[[\"a\",\"b\"]");
    for (int i = 0; i < 2 * GEMMA; i++) {
      json.append(",\n      [\n        \"a\",\n        \"b\"\n      ]");
    }
    byte[] bytes = json.append("]}}").toString().getBytes(StandardCharsets.UTF_8);
    Path model = FolderBytes.model().with("tokenizer.json", bytes).write(folder.resolve("folder"));
    // Then
    assertThat(importInOtherProcess(model)).isEqualTo(bytes.length).isGreaterThan(25L << 20);
  }

  /** A llama of one layer, nearly all of it zeros. */
  private static GgufBytes model(List<String> tokens) {
    GgufBytes model =
        new GgufBytes()
            .text("general.architecture", "llama")
            .uint32("llama.block_count", 1)
            .uint32("llama.context_length", 32)
            .uint32("llama.embedding_length", 32)
            .uint32("llama.feed_forward_length", 64)
            .uint32("llama.attention.head_count", 2)
            .uint32("llama.attention.head_count_kv", 1)
            .real("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .raw("tokenizer.ggml.tokens", texts(tokens));
    for (String name : new String[] {"blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"}) {
      model.floats(name + ".weight", 1, 32);
    }
    int q8 = 8;
    byte[] embedding = new byte[34 * tokens.size()];
    return model
        .tensor("token_embd.weight", q8, embedding, 32, tokens.size())
        .floats("blk.0.attn_q.weight", 0, 32, 32)
        .floats("blk.0.attn_k.weight", 0, 32, 16)
        .floats("blk.0.attn_v.weight", 0, 32, 16)
        .floats("blk.0.attn_output.weight", 0, 32, 32)
        .floats("blk.0.ffn_gate.weight", 0, 32, 64)
        .floats("blk.0.ffn_up.weight", 0, 32, 64)
        .floats("blk.0.ffn_down.weight", 0, 64, 32);
  }

  private static byte[] texts(List<String> texts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        GgufBytes.join(GgufBytes.int32(9), GgufBytes.int32(8), GgufBytes.int64(texts.size())));
    texts.forEach(text -> all.writeBytes(GgufBytes.string(text)));
    return all.toByteArray();
  }

  /** Short ones first: each longer one is a shorter one and a letter. */
  private static List<String> words(int count) {
    List<String> words = new ArrayList<>(List.of(""));
    for (int shorter = 0; words.size() <= count; shorter++) {
      for (char letter = 'a'; letter <= 'z'; letter++) {
        words.add(words.get(shorter) + letter);
      }
    }
    return words.subList(1, count + 1);
  }

  /** Bytes of the {@code tokenizer.json} that an import has written. */
  private long importInOtherProcess(Path model) throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LargeVocabularyTest.class.getName(),
                model.toString(),
                Files.createDirectory(folder.resolve("blobs")).toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output);
    assertThat(process.exitValue()).as(printed).isZero();
    return Long.parseLong(printed.lines().reduce("", (before, line) -> line));
  }

  /** {@code MODEL BLOBS}: imports. */
  public static void main(String[] arguments) throws Exception {
    ImportedVariant imported =
        ModelImporter.importModel(
            Path.of(arguments[0]),
            Quantization.NONE,
            new FolderBlobs(Path.of(arguments[1])),
            ImportListener.NONE);
    System.out.println(imported.files().get(ModelFiles.TOKENIZER).size());
  }
}
