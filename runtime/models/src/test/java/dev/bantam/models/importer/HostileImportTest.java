package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.gguf.GgufBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that contradict themselves, and files that somebody has tampered with. */
class HostileImportTest {

  private static final int MUTATIONS = 6000;
  private static final long MOST_HEAP_BYTES = 32L << 20;

  @TempDir Path folder;

  /** A sound model of one layer, all zeros. */
  private static GgufBytes model() {
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
            .text("tokenizer.ggml.model", "llama")
            .texts("tokenizer.ggml.tokens", "<unk>", "<s>", "</s>", "a")
            .reals("tokenizer.ggml.scores", 4);
    for (String name : new String[] {"blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"}) {
      model.floats(name + ".weight", 1, 32);
    }
    return model
        .floats("token_embd.weight", 0, 32, 4)
        .floats("blk.0.attn_q.weight", 0, 32, 32)
        .floats("blk.0.attn_k.weight", 0, 32, 16)
        .floats("blk.0.attn_v.weight", 0, 32, 16)
        .floats("blk.0.attn_output.weight", 0, 32, 32)
        .floats("blk.0.ffn_gate.weight", 0, 32, 64)
        .floats("blk.0.ffn_up.weight", 0, 32, 64)
        .floats("blk.0.ffn_down.weight", 0, 64, 32);
  }

  @Test
  void shouldImportTheSoundModel() throws Exception {
    ImportedVariant imported = importBytes(model().bytes());

    assertThat(imported.variant()).isEqualTo("f32");
    assertThat(imported.parameters()).isEqualTo(3 * 32 + 4 * 32 + 3072 + 6144);
  }

  @Test
  void shouldNameTheTensorAndTheExpectedShape() throws Exception {
    assertRefused(
        model().without("blk.0.ffn_up.weight"),
        Kind.MALFORMED,
        "blk.0.ffn_up.weight",
        "missing",
        "[32, 64]");
    assertRefused(
        model().floats("blk.0.attn_k.weight", 0, 32, 32),
        Kind.MALFORMED,
        "blk.0.attn_k.weight",
        "[32, 32]",
        "expected [32, 16]");
    assertRefused(
        model().floats("token_embd.weight", 0, 32, 5), Kind.MALFORMED, "token_embd", "[32, 4]");
    assertRefused(
        model().floats("blk.0.attn_sinks.weight", 0, 2),
        Kind.UNSUPPORTED,
        "blk.0.attn_sinks.weight",
        "no place");
  }

  @Test
  void shouldNameTheKeyThatMakesNoSense() throws Exception {
    assertRefused(model().uint32("llama.block_count", 0), Kind.MALFORMED, "llama.block_count");
    assertRefused(model().without("llama.block_count"), Kind.MALFORMED, "llama.block_count");
    assertRefused(model().uint32("llama.attention.head_count", 3), Kind.MALFORMED, "head_count");
    assertRefused(
        model().uint32("llama.attention.head_count_kv", 3), Kind.MALFORMED, "head_count_kv");
    assertRefused(model().uint32("llama.context_length", 0), Kind.MALFORMED, "context_length");
    assertRefused(model().text("llama.embedding_length", "x"), Kind.MALFORMED, "a whole number");
    assertRefused(model().without("tokenizer.ggml.tokens"), Kind.MALFORMED, "no vocabulary");
    assertRefused(
        model().real("llama.rope.freq_base", Float.NaN), Kind.MALFORMED, "llama.rope.freq_base");
    assertRefused(model().uint32("tokenizer.ggml.bos_token_id", 4), Kind.MALFORMED, "bos_token_id");
  }

  @Test
  void shouldNameTheKeyThatMakesNoSenseOfAttention() throws Exception {
    assertRefused(model().uint32("llama.rope.dimension_count", 3), Kind.MALFORMED, "in pairs");
    assertRefused(
        model().uint32("llama.rope.dimension_count", 18), Kind.MALFORMED, "between 2 and 16");
    assertRefused(model().real("llama.rope.freq_base", 0.5f), Kind.MALFORMED, "less than 1");
    assertRefused(
        model().text("llama.attention.sliding_window", "x"), Kind.MALFORMED, "a whole number");
    assertRefused(
        model().text("general.architecture", "gpt2"), Kind.MALFORMED, "gpt2.embedding_length");
  }

  @Test
  void shouldNameWhatIsSupportedInstead() throws Exception {
    assertRefused(
        model().text("general.architecture", "mamba"), Kind.UNSUPPORTED, "mamba", "[llama");
    assertRefused(
        model().text("llama.rope.scaling.type", "yarn"), Kind.UNSUPPORTED, "yarn", "linear");
    assertRefused(model().uint32("llama.expert_count", 8), Kind.UNSUPPORTED, "expert_count");
    assertRefused(
        model().tensor("blk.0.attn_output.weight", 39, new byte[544], 32, 32),
        Kind.UNSUPPORTED,
        "MXFP4",
        "Q4_1, Q5_0");
    assertRefused(
        model().uint32("llama.attention.head_count", 8), Kind.UNSUPPORTED, "multiples of 8");
  }

  @Test
  void shouldRefuseNumbersThatAreNotFinite() throws Exception {
    assertRefused(
        model().floats("blk.0.ffn_down.weight", Float.NaN, 64, 32),
        Kind.MALFORMED,
        "blk.0.ffn_down.weight",
        "not finite");
    try (var files = Files.list(folder.resolve("blobs"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void shouldRefuseWhatIsNoGguf() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ModelImporter.importModel(text, blobs(), ImportListener.NONE))
        .withMessageContaining("GGUF")
        .matches(e -> e.kind() == Kind.MALFORMED);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> ModelImporter.importModel(folder.resolve("no"), blobs(), ImportListener.NONE))
        .matches(e -> e.kind() == Kind.USAGE);
  }

  @Test
  void shouldLeaveNothingWhenInterrupted() throws Exception {
    // Given
    Path file = model().write(folder.resolve("model.gguf"));

    // When
    ImportListener interrupting = (step, done, total) -> Thread.currentThread().interrupt();
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ModelImporter.importModel(file, blobs(), interrupting))
        .matches(e -> e.kind() == Kind.INTERRUPTED || e.kind() == Kind.IO);

    // Then
    assertThat(Thread.interrupted()).isTrue();
    try (var files = Files.list(folder.resolve("blobs"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void shouldSurviveMutations() throws Exception {
    // Given
    byte[] quantized = Files.readAllBytes(LlamaImportTest.resource("q4_1.gguf"));
    byte[][] seeds = {quantized, model().bytes()};
    Random random = new Random(4711);
    int refused = 0;

    // When
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutate(seeds[i % 2], random);
      long before = Heap.allocatedBytes();
      try {
        importBytes(mutated);
      } catch (ModelException e) {
        refused++;
        assertThat(e.kind()).isIn(Kind.MALFORMED, Kind.UNSUPPORTED);
      }
      assertThat(Heap.allocatedBytes() - before)
          .as("heap of mutation %d", i)
          .isLessThan(MOST_HEAP_BYTES);
    }

    // Then
    assertThat(refused).isGreaterThan(MUTATIONS / 4);
  }

  static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    int header = Math.min(bytes.length, 3000);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(header - 8);
      ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> view.putLong(at, -1L >>> random.nextInt(64));
        case 3 -> view.putInt(at, random.nextInt(20));
        case 4 -> System.arraycopy(seed, random.nextInt(header - 8), bytes, at, random.nextInt(8));
        default -> {
          return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
      }
    }
    return bytes;
  }

  private void assertRefused(GgufBytes model, Kind kind, String... words) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> importBytes(model.bytes()))
        .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private ImportedVariant importBytes(byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve("model.gguf"), bytes);
    return ModelImporter.importModel(file, blobs(), ImportListener.NONE);
  }

  private FolderBlobs blobs() throws Exception {
    return new FolderBlobs(Files.createDirectories(folder.resolve("blobs")));
  }
}
