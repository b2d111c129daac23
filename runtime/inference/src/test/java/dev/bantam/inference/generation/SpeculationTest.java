package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.ExportFixture;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers with and without drafts. The models compute with floats, so that rows of a run differ
 * from single ones by less than what decides between tokens.
 */
class SpeculationTest {

  private static final int STOP_TOKEN = 63;
  private static final OptionalInt MOST = OptionalInt.of(GenerationParameters.MOST_DRAFTS);
  private static final OptionalInt NONE = OptionalInt.of(0);

  @TempDir static Path folder;
  private static DecoderModel model;

  @BeforeAll
  static void load() throws Exception {
    model = TinyDecoder.load(folder, STOP_TOKEN);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** One answer, its pieces, and how many tokens its sequence held in the end. */
  private record Outcome(GenerationResult result, List<String> pieces, int position) {

    int accepted() {
      return result.usage().acceptedTokens();
    }
  }

  @Test
  void shouldGiveTheSameGreedyAnswers() throws Exception {
    // Given
    int accepted = 0;
    for (int seed = 0; seed < 12; seed++) {
      int[] prompt = prompt(seed);

      // When
      accepted += assertSame(model, prompt, unstoppable(150)).accepted();
    }

    // Then
    assertThat(accepted).isGreaterThan(150);
  }

  @Test
  void shouldGiveTheSameSampledAnswersForTheSameSeeds() throws Exception {
    // Given
    int accepted = 0;
    for (int seed = 0; seed < 12; seed++) {
      GenerationParameters parameters =
          unstoppable(100).withSampling(0.3, 20, 0.95, 0.01, seed).withPenalties(1.05, 0.01, 0.02);

      // When
      accepted += assertSame(model, prompt(seed), parameters).accepted();
    }

    // Then
    assertThat(accepted).isPositive();
  }

  @Test
  void shouldEndAtAnyTokenOfARun() throws Exception {
    for (int most = 1; most <= 40; most++) {
      assertSame(model, prompt(5), unstoppable(most));
    }
  }

  @Test
  void shouldEndAtStopStringsWithinARun() throws Exception {
    // Given each piece of an answer that was accepted in long runs
    Outcome whole = assertSame(model, prompt(5), unstoppable(60));
    assertThat(whole.accepted()).isPositive();
    for (String stop : whole.pieces()) {
      // When
      Outcome outcome = assertSame(model, prompt(5), unstoppable(60).withStop(List.of(stop)));

      // Then
      assertThat(outcome.result().finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(outcome.result().text()).doesNotContain(stop);
    }
  }

  @Test
  void shouldEndAtStopTokensWithinARun() throws Exception {
    // Given answers that hold the stop token sooner or later, by chance
    int stopped = 0;
    for (int seed = 0; seed < 20; seed++) {
      GenerationParameters parameters =
          GenerationParameters.greedy(100)
              .withSampling(0.6, 0, 1, 0, seed)
              .withLogitBias(Map.of(STOP_TOKEN, 1.0));

      // When
      Outcome outcome = assertSame(model, prompt(seed), parameters);
      stopped += outcome.result().finishReason() == FinishReason.STOP ? 1 : 0;
    }

    // Then
    assertThat(stopped).isPositive();
  }

  @Test
  void shouldEndAtTheContextsEnd() throws Exception {
    for (int left = 1; left < 20; left++) {
      int[] prompt = new Random(left).ints(TinyDecoder.CONTEXT - left, 0, 4).toArray();
      Outcome outcome = assertSame(model, prompt, unstoppable(100));
      assertThat(outcome.position()).isEqualTo(TinyDecoder.CONTEXT);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, model.onnx", "llama, model_gqa.onnx", "gpt2, model.onnx"})
  void shouldGiveTheSameAnswersWithCachesOfExports(String name, String file, @TempDir Path work)
      throws Exception {
    try (DecoderModel export = ExportFixture.load(name, file, work)) {
      int[] prompt = {3, 4, 5, 6, 3, 4, 5, 6, 3, 4};
      assertThat(assertSame(export, prompt, unstoppable(120)).accepted()).isPositive();
    }
  }

  @Test
  void shouldGiveTheSameAnswersAcrossASwitchOfPositionTables(@TempDir Path work) throws Exception {
    for (int switchAt : new int[] {20, 47, 60, 61, 62, 63}) {
      try (DecoderModel two = TinyDecoder.loadWithTwoTables(work, switchAt)) {
        assertThat(assertSame(two, prompt(5), unstoppable(100)).accepted()).isPositive();
      }
    }
  }

  @Test
  void shouldStopAmongAcceptedTokensWhenCancelled() {
    // Given
    List<String> pieces = new ArrayList<>();
    CancellationToken cancellation = () -> pieces.size() >= 30;

    // When
    assertThatThrownBy(
            () -> generate(model, prompt(5), unstoppable(400), MOST, pieces, cancellation))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));

    // Then
    assertThat(pieces).hasSize(30);
  }

  /** A prompt that holds the same tokens several times. */
  private static int[] prompt(int seed) {
    return new Random(seed).ints(40, 0, 6).toArray();
  }

  /** Picks among the prompts' tokens only, so that answers repeat what was there before. */
  private static GenerationParameters unstoppable(int maxTokens) {
    double much = 200;
    Map<Integer, Double> bias =
        Map.of(STOP_TOKEN, -1e6, 0, much, 1, much, 2, much, 3, much, 4, much, 5, much);
    return GenerationParameters.greedy(maxTokens).withLogitBias(bias);
  }

  private static Outcome assertSame(
      DecoderModel model, int[] prompt, GenerationParameters parameters) throws TaskException {
    Outcome plain =
        generate(model, prompt, parameters, NONE, new ArrayList<>(), CancellationToken.NONE);
    Outcome drafted =
        generate(model, prompt, parameters, MOST, new ArrayList<>(), CancellationToken.NONE);
    assertThat(plain.accepted()).isZero();
    assertThat(drafted.result().text()).isEqualTo(plain.result().text());
    assertThat(drafted.pieces()).isEqualTo(plain.pieces());
    assertThat(drafted.position()).isEqualTo(plain.position());
    assertThat(drafted.result().finishReason()).isEqualTo(plain.result().finishReason());
    assertThat(drafted.result().usage().completionTokens())
        .isEqualTo(plain.result().usage().completionTokens());
    return drafted;
  }

  @Test
  void shouldDraftOfItselfOnlyWhereThatChangesNoBit() throws Exception {
    // When
    Outcome byItself =
        generate(
            model,
            prompt(5),
            GenerationParameters.greedy(100),
            OptionalInt.empty(),
            new ArrayList<>(),
            CancellationToken.NONE);

    // Then
    assertThat(byItself.accepted() > 0).isEqualTo(model.hasLikeRows());
  }

  private static Outcome generate(
      DecoderModel model,
      int[] prompt,
      GenerationParameters parameters,
      OptionalInt drafts,
      List<String> pieces,
      CancellationToken cancellation)
      throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      GenerationResult result =
          Generator.generate(
              sequence,
              new FakeTokenizer(),
              prompt,
              parameters.withDrafts(drafts),
              pieces::add,
              cancellation);
      return new Outcome(result, pieces, sequence.position());
    }
  }
}
