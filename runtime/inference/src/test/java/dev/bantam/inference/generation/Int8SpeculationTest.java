package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Int8Fixture;
import dev.bantam.inference.session.Sequence;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafts over keys and values in bytes, where nobody asked for them: no answer may change. */
class Int8SpeculationTest {

  private static final OptionalInt AUTO = OptionalInt.empty();
  private static final OptionalInt NONE = OptionalInt.of(0);

  @TempDir static Path folder;
  private static DecoderModel model;

  @BeforeAll
  static void load() throws Exception {
    Path file = Int8Fixture.FAMILIES.resolve("llama-grouped/quantized.gguf");
    model = Int8Fixture.load(Int8Fixture.files(file, folder), "int8");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldGiveTheSameGreedyAnswers() throws Exception {
    int accepted = 0;
    for (int seed = 0; seed < 12; seed++) {
      accepted += assertSame(repetitive(seed), greedy());
    }
    assertThat(accepted > 0).isEqualTo(model.hasLikeRows());
  }

  @Test
  void shouldGiveTheSameSampledAnswersForTheSameSeeds() throws Exception {
    int accepted = 0;
    for (int seed = 0; seed < 12; seed++) {
      accepted +=
          assertSame(
              repetitive(seed),
              greedy().withSampling(0.3, 20, 0.95, 0.01, seed).withPenalties(1.05, 0.01, 0.02));
    }
    assertThat(accepted > 0).isEqualTo(model.hasLikeRows());
  }

  @Test
  void shouldGiveTheSameAnswersBehindAKeptBeginning(@TempDir Path work) throws Exception {
    // Given a prompt whose first chunk is kept, in as many bytes as are predicted
    ModelFiles files = Int8Fixture.tiny(work);
    int chunk = DecoderModel.PREFILL_CHUNK;
    int[] prompt = new Random(9).ints(chunk + 20, 0, 6).toArray();
    try (DecoderModel tiny = Int8Fixture.load(files, "int8")) {
      GenerationResult first = generate(tiny, prompt, greedy(), NONE);
      tiny.keepPrefixes(1 << 24);
      GenerationResult keeping = generate(tiny, prompt, greedy(), AUTO);
      long predicted =
          MemoryPrediction.of(files, Map.of("kv", "int8")).orElseThrow().cachePerToken();
      assertThat(tiny.prefixBytes() % predicted).isZero();
      int kept = (int) (tiny.prefixBytes() / predicted);
      assertThat(kept).isBetween(chunk, prompt.length);

      // When
      GenerationResult reusing = generate(tiny, prompt, greedy(), AUTO);

      // Then
      assertThat(reusing.usage().reusedTokens()).isEqualTo(kept);
      assertThat(keeping.text()).isEqualTo(first.text());
      assertThat(reusing.text()).isEqualTo(first.text());
    }
  }

  private static int[] repetitive(int seed) {
    return new Random(seed).ints(40, 0, 6).toArray();
  }

  /** Among the prompts' tokens, so that answers repeat what was there before. */
  private static GenerationParameters greedy() {
    double much = 200;
    return GenerationParameters.greedy(80)
        .withLogitBias(Map.of(0, much, 1, much, 2, much, 3, much, 4, much, 5, much));
  }

  /** Tokens that were drafted and right. */
  private static int assertSame(int[] prompt, GenerationParameters parameters)
      throws TaskException {
    GenerationResult plain = generate(model, prompt, parameters, NONE);
    GenerationResult drafted = generate(model, prompt, parameters, AUTO);
    assertThat(drafted.text()).isEqualTo(plain.text());
    assertThat(drafted.finishReason()).isEqualTo(plain.finishReason());
    return drafted.usage().acceptedTokens();
  }

  private static GenerationResult generate(
      DecoderModel asked, int[] prompt, GenerationParameters parameters, OptionalInt drafts)
      throws TaskException {
    try (Sequence sequence = asked.newSequence()) {
      return Generator.generate(
          sequence,
          new FakeTokenizer(),
          prompt,
          parameters.withDrafts(drafts),
          piece -> {},
          CancellationToken.NONE);
    }
  }
}
