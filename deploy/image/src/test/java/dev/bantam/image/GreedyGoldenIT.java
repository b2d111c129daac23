package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SmolLM2's greedy tokens against llama.cpp's on the same file. The golden file is made by {@code
 * src/test/golden/smollm2_golden.py}.
 *
 * <p>Where nothing is rounded, in Bantam's own import with float activations and in llama.cpp over
 * the same weights as floats, the two agree at every step, and their logits to the third decimal.
 *
 * <p>Normally both engines round activations to 8 bits, and the least difference before a rounding
 * is a large one behind it. So llama.cpp does not even agree with itself: with a float KV cache it
 * chooses otherwise at about 3 of 100 steps, and not only where its two best logits are close. The
 * golden file holds that too, and it is the yardstick: Bantam may differ from llama.cpp no more
 * than llama.cpp differs from itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GreedyGoldenIT {

  private static final Logger LOG = LoggerFactory.getLogger(GreedyGoldenIT.class);

  /** llama.cpp's two best logits closer than this are close. */
  private static final double CLOSE = 0.15;

  /** Logits closer than this are equal: sums of floats in another order. */
  private static final double EQUAL = 0.002;

  private JsonNode cases;
  private DecoderModel model;
  private Tokenizer tokenizer;

  @BeforeAll
  void load() throws Exception {
    try (InputStream golden = getClass().getResourceAsStream("/golden/smollm2-greedy.json")) {
      cases = new ObjectMapper().readTree(golden).get("cases");
    }
    ModelFiles files = SmolLm2.files();
    model = DecoderModel.load(files, LoadContext.of(2, 2048));
    tokenizer = Tokenizers.load(files.require(ModelFiles.TOKENIZER));
  }

  @AfterAll
  void close() {
    model.close();
    tokenizer.close();
  }

  @Test
  void shouldEncodePromptsAsLlamaCppDoes() {
    assertThat(cases.size()).isGreaterThanOrEqualTo(20);
    for (JsonNode golden : cases) {
      String text = golden.get("text").asText();
      assertThat(tokenizer.encodePrompt(text)).as(text).containsExactly(ints(golden, "prompt"));
    }
  }

  @Test
  void shouldComputeLlamaCppsLogitsWhereNothingIsRounded(@TempDir Path folder) throws Exception {
    ModelFiles unrounded = UnroundedModel.of(SmolLm2.files(), folder);
    try (DecoderModel floats = DecoderModel.load(unrounded, LoadContext.of(2, 2048))) {
      for (JsonNode golden : cases) {
        int[] tokens = ints(golden, "tokens");
        int[] prompt = ints(golden, "prompt");
        int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(tokens)).toArray();
        try (Sequence sequence = floats.newSequence()) {
          int[] input = Arrays.copyOf(all, all.length - 1);
          check(golden, sequence.evaluate(input, tokens.length));
        }
      }
    }
  }

  /** One row of logits for each step. */
  private static void check(JsonNode golden, FloatBuffer logits) {
    JsonNode steps = golden.get("unrounded");
    int vocab = logits.limit() / steps.size();
    for (int step = 0; step < steps.size(); step++) {
      JsonNode best = steps.get(step);
      FloatBuffer row = logits.slice(step * vocab, vocab);
      String place = "%s step %d".formatted(golden.get("text").asText(), step);
      int token = best.get(0).asInt();
      assertThat((double) row.get(token))
          .as(place)
          .isCloseTo(best.get(1).asDouble(), within(EQUAL));
      if (best.get(2).asDouble() > 2 * EQUAL) {
        assertThat(best(row)).as(place).isEqualTo(token);
      }
    }
  }

  @Test
  void shouldChooseLlamaCppsTokens() throws Exception {
    List<Difference> ours = new ArrayList<>();
    List<Difference> itsOwn = new ArrayList<>();
    for (JsonNode golden : cases) {
      int[] expected = ints(golden, "tokens");
      assertThat(expected).hasSize(64);
      ours.addAll(differences(golden, greedyBehindGolden(golden)));
      itsOwn.addAll(differences(golden, ints(golden, "float_kv")));
    }
    ours.forEach(difference -> LOG.warn("{}", difference));
    LOG.warn(
        "{} of {} steps differ from llama.cpp, {} with its two best logits {} or more apart; llama.cpp with a float KV cache: {}, {}",
        ours.size(),
        64 * cases.size(),
        far(ours),
        CLOSE,
        itsOwn.size(),
        far(itsOwn));
    assertThat(ours).as("steps that differ").hasSizeLessThanOrEqualTo(itsOwn.size() * 3 / 2);
    assertThat(far(ours)).as("far steps that differ").isLessThanOrEqualTo(far(itsOwn) * 3 / 2);
  }

  /** The greedy choice at each step behind llama.cpp's own tokens, so that every step counts. */
  private int[] greedyBehindGolden(JsonNode golden) throws Exception {
    int[] expected = ints(golden, "tokens");
    int[] choices = new int[expected.length];
    try (Sequence sequence = model.newSequence()) {
      int choice = best(sequence.evaluate(ints(golden, "prompt"), 1));
      for (int step = 0; step < expected.length; step++) {
        choices[step] = choice;
        choice = best(sequence.evaluate(new int[] {expected[step]}, 1));
      }
    }
    return choices;
  }

  private static int best(FloatBuffer logits) {
    int best = 0;
    for (int i = 1; i < logits.limit(); i++) {
      if (logits.get(i) > logits.get(best)) {
        best = i;
      }
    }
    return best;
  }

  private static List<Difference> differences(JsonNode golden, int[] choices) {
    int[] expected = ints(golden, "tokens");
    String prompt = golden.get("text").asText().lines().findFirst().orElse("");
    return IntStream.range(0, expected.length)
        .filter(step -> choices[step] != expected[step])
        .mapToObj(
            step ->
                new Difference(
                    prompt,
                    step,
                    choices[step],
                    expected[step],
                    golden.get("gaps").get(step).asDouble()))
        .toList();
  }

  private static long far(List<Difference> differences) {
    return differences.stream().filter(difference -> difference.gap() >= CLOSE).count();
  }

  /** One step at which a choice is not llama.cpp's. */
  private record Difference(String prompt, int step, int choice, int expected, double gap) {

    @Override
    public String toString() {
      return "\"%s\" step %d: %d instead of %d, whose two best logits are %.4f apart"
          .formatted(prompt, step, choice, expected, gap);
    }
  }

  private static int[] ints(JsonNode node, String field) {
    return IntStream.range(0, node.get(field).size())
        .map(i -> node.get(field).get(i).asInt())
        .toArray();
  }
}
