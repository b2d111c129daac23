package dev.bantam.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.format.DecoderMemory.GraphForm;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderMemoryTest {

  private static final long WEIGHTS = 100_000_000;

  /** Published sizes. */
  @ParameterizedTest
  @CsvSource({
    "SmolLM2 135M, 30,  9,  3,  64,  576,  49152, 8192,  46080",
    "GPT-2 Small,  12, 12, 12,  64,  768,  50257, 1024,  73728",
    "Gemma 2B,     18,  8,  1, 256, 2048, 256000, 8192,  36864",
    "Phi-3 Mini,   32, 32, 32,  96, 3072,  32064, 4096, 786432"
  })
  void shouldCountKeysAndValuesOfAllLayers(
      String name,
      int layers,
      int heads,
      int kvHeads,
      int headSize,
      int hidden,
      int vocabulary,
      int context,
      long expected) {
    DecoderConfig config = config(layers, heads, kvHeads, headSize, hidden, vocabulary, context);

    DecoderMemory own = new DecoderMemory(config, WEIGHTS, GraphForm.OWN);
    DecoderMemory grown = new DecoderMemory(config, WEIGHTS, form(4, true, OptionalInt.empty()));
    DecoderMemory halves = new DecoderMemory(config, WEIGHTS, form(2, true, OptionalInt.empty()));

    assertThat(own.cachePerToken()).as(name).isEqualTo(expected);
    assertThat(own.cache(1000)).isEqualTo(1000 * expected);
    assertThat(grown.cache(1000)).as("past and present").isEqualTo(2000 * expected);
    assertThat(halves.cache(1000)).isEqualTo(1000 * expected);
  }

  @Test
  void shouldEndAtTheContextThatTheModelWasTrainedFor() {
    DecoderMemory memory = new DecoderMemory(small(1024), WEIGHTS, GraphForm.OWN);

    assertThat(memory.cache(5000)).isEqualTo(memory.cache(1024));
    assertThat(memory.working(5000)).isEqualTo(memory.working(1024));
  }

  @Test
  void shouldTakeTheWholeOfACacheOfFixedLength() {
    DecoderMemory memory =
        new DecoderMemory(small(1024), WEIGHTS, form(4, false, OptionalInt.of(1024)));

    assertThat(memory.cache(1)).isEqualTo(1024 * memory.cachePerToken());
  }

  @Test
  void shouldCountScoresWhereTheGraphWritesThem() {
    DecoderMemory without = new DecoderMemory(small(8192), WEIGHTS, GraphForm.OWN);
    DecoderMemory with =
        new DecoderMemory(small(8192), WEIGHTS, form(4, true, OptionalInt.empty()));

    assertThat(without.working(8192)).isEqualTo(without.working(1024));
    assertThat(with.working(8192) - with.working(1024)).isEqualTo(4L * 9 * 128 * 7168 * 4);
  }

  @Test
  void shouldBoundTheLogitsOfAGraphThatMakesThemAll() {
    DecoderConfig config = config(2, 4, 4, 16, 64, 256_000, 1024);
    GraphForm all = new GraphForm(4, false, OptionalInt.empty(), false, true);

    long more =
        new DecoderMemory(config, WEIGHTS, all).working(1024)
            - new DecoderMemory(config, WEIGHTS, GraphForm.OWN).working(1024);

    assertThat(more).isEqualTo(DecoderMemory.MOST_LOGITS_BYTES - 256_000 * 4);
  }

  @Test
  void shouldCountWeightsOnceAndCachesByRequest() {
    DecoderMemory memory = new DecoderMemory(small(2048), WEIGHTS, GraphForm.OWN);

    assertThat(memory.total(2048, 3))
        .isEqualTo(WEIGHTS + 3 * (memory.working(2048) + memory.cache(2048)));
  }

  @Test
  void shouldShowAFewContextsUpToTheTrainedOne() {
    assertThat(contexts(160)).containsExactly(160);
    assertThat(contexts(1024)).containsExactly(512, 1024);
    assertThat(contexts(8192)).containsExactly(512, 2048, 8192);
    assertThat(contexts(131_072)).containsExactly(512, 2048, 8192, 32_768, 131_072);
    assertThat(contexts(Integer.MAX_VALUE)).endsWith(Integer.MAX_VALUE).isSorted();
  }

  private static List<Integer> contexts(int trained) {
    return new DecoderMemory(small(trained), WEIGHTS, GraphForm.OWN).contexts();
  }

  private static GraphForm form(int element, boolean grows, OptionalInt length) {
    return new GraphForm(element, grows, length, grows, false);
  }

  private static DecoderConfig small(int context) {
    return config(30, 9, 3, 64, 576, 49_152, context);
  }

  private static DecoderConfig config(
      int layers, int heads, int kvHeads, int headSize, int hidden, int vocabulary, int context) {
    return new DecoderConfig(
        DecoderConfig.FORMAT,
        "llama",
        layers,
        heads,
        kvHeads,
        headSize,
        hidden,
        vocabulary,
        context,
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
