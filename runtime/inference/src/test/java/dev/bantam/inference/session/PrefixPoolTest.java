package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixPoolTest {

  private static final int CHUNK = DecoderModel.PREFILL_CHUNK;

  /** Two layers of two heads of 16 floats, keys and values. */
  private static final long TOKEN_BYTES = 2L * 2 * 2 * 16 * Float.BYTES;

  @TempDir Path folder;
  private DecoderModel model;

  /** Tokens of a block, by what this processor's kernels do. */
  private int block;

  @BeforeEach
  void load() throws Exception {
    model = TinyDecoder.load(folder);
    model.keepPrefixes(1 << 24);
    block = model.prefixes().block();
  }

  @AfterEach
  void close() {
    model.close();
  }

  /** What an evaluation took over, and its last logits. */
  private record Outcome(int reused, float[] logits) {}

  @Test
  void shouldGiveTheSameBitsWithWhatWasKept() throws Exception {
    // Given
    int[] first = tokens(1, 400);
    int[] second = joined(Arrays.copyOf(first, 300), tokens(2, 150));
    int[] third = joined(Arrays.copyOf(first, 260), tokens(3, 1));
    Outcome coldSecond = cold(second);
    Outcome coldThird = cold(third);

    // When
    assertThat(ask(first).reused()).isZero();
    Outcome warmSecond = ask(second);
    Outcome warmThird = ask(third);

    // Then
    assertThat(warmSecond.reused()).isEqualTo(300 / block * block);
    assertThat(warmSecond.logits()).isEqualTo(coldSecond.logits());
    assertThat(warmThird.reused()).isEqualTo(2 * CHUNK);
    assertThat(warmThird.logits()).isEqualTo(coldThird.logits());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 17, 18, 112, 113, 128, 129, 130, 144, 145, 256, 257, 258, 385})
  void shouldLeaveAtLeastTwoTokensToEvaluate(int length) throws Exception {
    // Given
    int[] prompt = tokens(4, length);
    Outcome cold = cold(prompt);
    ask(prompt);

    // When
    Outcome again = ask(prompt);

    // Then
    assertThat(again.reused()).isEqualTo((length - 2) / block * block);
    assertThat(again.logits()).isEqualTo(cold.logits());

    // And behind it
    int[] longer = joined(prompt, tokens(9, 40));
    float[] expected = cold(longer).logits();
    assertThat(ask(longer).logits()).isEqualTo(expected);
  }

  @Test
  void shouldReuseNothingBehindTheFirstTokenThatDiffers() throws Exception {
    // Given
    int[] prompt = tokens(5, 300);
    ask(prompt);
    for (int at : new int[] {0, 15, 16, 127, 128, 255, 256}) {
      int[] other = prompt.clone();
      other[at] = (other[at] + 1) % TinyDecoder.VOCAB;

      // When
      Outcome outcome = ask(other);

      // Then
      assertThat(outcome.reused()).as("other at %d", at).isEqualTo(at / block * block);
      assertThat(outcome.logits()).isEqualTo(cold(other).logits());
    }
  }

  @Test
  void shouldForgetWhatWasUsedLongestAgoAndStayWithinItsMemory() throws Exception {
    // Given room for five blocks, and prompts of two
    long room = 5 * block * TOKEN_BYTES + 1;
    model.keepPrefixes(room);
    int[] often = tokens(6, 2 * block + 2);
    ask(often);
    for (int seed = 10; seed < 20; seed++) {
      // When
      ask(tokens(seed, 2 * block + 2));

      // Then
      assertThat(model.prefixBytes()).isLessThanOrEqualTo(room);
      assertThat(ask(often).reused()).isEqualTo(2 * block);
    }
    assertThat(ask(tokens(10, 2 * block + 2)).reused()).isZero();
  }

  @Test
  void shouldKeepNothingWithoutMemoryForIt() throws Exception {
    // Given
    ask(tokens(7, 300));
    assertThat(model.prefixBytes()).isEqualTo(300 / block * block * TOKEN_BYTES);

    // When
    model.keepPrefixes(0);

    // Then
    assertThat(model.prefixBytes()).isZero();
    assertThat(ask(tokens(7, 300)).reused()).isZero();
    assertThat(model.prefixBytes()).isZero();
  }

  @Test
  void shouldKeepNothingOfGraphsThatMakeANewCacheEachRunOrHaveTwoTables(@TempDir Path work)
      throws Exception {
    try (DecoderModel grown = ExportFixture.load("llama", "model.onnx", work);
        DecoderModel two = TinyDecoder.loadWithTwoTables(work, 50)) {
      for (DecoderModel each : new DecoderModel[] {grown, two}) {
        each.keepPrefixes(1 << 30);
        int[] prompt = tokens(8, 150);
        evaluate(each, prompt);
        assertThat(evaluate(each, prompt).reused()).isZero();
        assertThat(each.prefixBytes()).isZero();
      }
    }
  }

  private Outcome ask(int[] prompt) throws Exception {
    return evaluate(model, prompt);
  }

  private static Outcome evaluate(DecoderModel model, int[] prompt) throws Exception {
    try (Sequence sequence = model.newSequence()) {
      int reused = sequence.reuse(prompt);
      assertThat(sequence.position()).isEqualTo(reused);
      int[] rest = Arrays.copyOfRange(prompt, reused, prompt.length);
      float[] logits = new float[model.config().vocabSize()];
      sequence.evaluate(rest, 1).get(0, logits);
      sequence.keep(prompt);
      return new Outcome(reused, logits);
    }
  }

  /** With nothing to reuse. */
  private Outcome cold(int[] prompt) throws Exception {
    try (Sequence sequence = model.newSequence()) {
      float[] logits = new float[TinyDecoder.VOCAB];
      sequence.evaluate(prompt, 1).get(0, logits);
      return new Outcome(0, logits);
    }
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static int[] tokens(int seed, int count) {
    return new Random(seed).ints(count, 0, TinyDecoder.VOCAB).toArray();
  }
}
