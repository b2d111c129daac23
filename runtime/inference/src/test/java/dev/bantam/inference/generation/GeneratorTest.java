package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Usage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {

  private static final int STOP_TOKEN = 63;
  private static final int[] PROMPT = {5, 6, 7, 8};

  @TempDir static Path folder;
  private static DecoderModel model;
  private static List<Integer> greedy;

  private final List<String> pieces = new ArrayList<>();

  @BeforeAll
  static void load() throws Exception {
    model = TinyDecoder.load(folder, STOP_TOKEN);
    greedy = GreedyDecode.run(model, PROMPT, 12).stream().map(GreedyDecode.Step::token).toList();
    assertThat(greedy).doesNotContain(STOP_TOKEN);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldGiveOutTheGreedyTokensUpToTheLimit() throws Exception {
    // When
    GenerationResult result = generate(GenerationParameters.greedy(12));

    // Then
    assertThat(result.text()).isEqualTo(text(greedy));
    assertThat(String.join("", pieces)).isEqualTo(result.text());
    assertThat(pieces).doesNotContain("");
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(result.usage()).isEqualTo(new Usage(4, 12));
    assertThat(result.timings().prefillMs()).isPositive();
    assertThat(result.timings().ttftMs()).isGreaterThan(result.timings().prefillMs());
    assertThat(result.timings().decodeMs()).isPositive();
  }

  @Test
  void shouldStopAtTheStopTokenWithoutItsText() throws Exception {
    // Given a bias that makes the stop token the likeliest
    GenerationParameters parameters =
        GenerationParameters.greedy(12).withLogitBias(Map.of(STOP_TOKEN, 1e6));

    // When
    GenerationResult result = generate(parameters);

    // Then
    assertThat(result.text()).isEmpty();
    assertThat(pieces).isEmpty();
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(result.usage()).isEqualTo(new Usage(4, 0));
  }

  @Test
  void shouldStopAtAStopStringAcrossTokens() throws Exception {
    // Given the end of the third token's text and the beginning of the fourth's
    String before = text(greedy.subList(0, 3));
    String stop = "]" + FakeTokenizer.piece(greedy.get(3)).substring(0, 2);
    int cut = text(greedy).indexOf(stop);

    // When
    GenerationResult result = generate(GenerationParameters.greedy(12).withStop(List.of(stop)));

    // Then
    assertThat(cut).isPositive().isLessThan(before.length());
    assertThat(result.text()).isEqualTo(text(greedy).substring(0, cut));
    assertThat(String.join("", pieces)).isEqualTo(result.text());
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void shouldStopAtAStopStringThatTheLastTokenCompletes() throws Exception {
    // Given
    String stop = FakeTokenizer.piece(greedy.get(0));

    // When
    GenerationResult result = generate(GenerationParameters.greedy(1).withStop(List.of(stop)));

    // Then
    assertThat(result.text()).isEmpty();
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void shouldGiveOutWhatOnlyLookedLikeAStopString() throws Exception {
    // Given
    String last = FakeTokenizer.piece(greedy.get(2));

    // When
    GenerationResult result =
        generate(GenerationParameters.greedy(3).withStop(List.of(last + "and more")));

    // Then
    assertThat(result.text()).isEqualTo(text(greedy.subList(0, 3)));
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void shouldEndAtTheContextsEnd() throws Exception {
    // Given
    int[] prompt = new int[TinyDecoder.CONTEXT - 3];

    // When
    GenerationResult result = generate(prompt, unstoppable(100), CancellationToken.NONE);

    // Then three more are evaluated, and the last one's successor is known
    assertThat(result.usage()).isEqualTo(new Usage(TinyDecoder.CONTEXT - 3, 4));
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void shouldEndWhereItMayUseNoMoreOfTheContext() throws Exception {
    // When
    GenerationResult result =
        generate(new int[20], unstoppable(100).withMostContext(23), CancellationToken.NONE);

    // Then
    assertThat(result.usage()).isEqualTo(new Usage(20, 4));
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThatThrownBy(
            () -> generate(new int[24], unstoppable(1).withMostContext(23), CancellationToken.NONE))
        .hasMessageContaining("the prompt has 24 tokens, the context holds 23");
  }

  @Test
  void shouldRefuseAPromptLongerThanTheContext() {
    assertThatThrownBy(
            () ->
                generate(
                    new int[TinyDecoder.CONTEXT + 1],
                    GenerationParameters.greedy(1),
                    CancellationToken.NONE))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG))
        .hasMessageContaining("701")
        .hasMessageContaining("700");
  }

  @Test
  void shouldRefuseAnEmptyPrompt() {
    assertThatThrownBy(
            () -> generate(new int[0], GenerationParameters.greedy(1), CancellationToken.NONE))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void shouldReuseThePromptsBeginningAlsoWhereRequestsDecodeTogether() throws Exception {
    // Given
    int[] prompt = new Random(1).ints(300, 0, STOP_TOKEN).toArray();
    String answer = generate(prompt, unstoppable(9), CancellationToken.NONE).text();
    model.keepPrefixes(1 << 24);
    try (GenerationLoop loop = new GenerationLoop(model, new FakeTokenizer())) {
      for (int round = 0; round < 3; round++) {
        // When
        GenerationResult result =
            round == 0
                ? generate(prompt, unstoppable(9), CancellationToken.NONE)
                : loop.generate(prompt, unstoppable(9), piece -> {}, CancellationToken.NONE);

        // Then
        assertThat(result.text()).isEqualTo(answer);
        int reused = result.usage().reusedTokens();
        assertThat(result.usage()).isEqualTo(new Usage(300, 9, reused, 0, 0));
        assertThat(reused).isBetween(round == 0 ? 0 : 256, round == 0 ? 0 : 298);
      }
    } finally {
      model.keepPrefixes(0);
    }
  }

  @Test
  void shouldStopWithinOneStepWhenCancelled() {
    // Given a client that cancels once it has seen three pieces
    AtomicInteger askedAfterwards = new AtomicInteger();
    CancellationToken cancellation =
        () -> pieces.size() >= 3 && askedAfterwards.incrementAndGet() > 0;

    // When
    assertThatThrownBy(() -> generate(PROMPT, unstoppable(400), cancellation))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));

    // Then
    assertThat(pieces).hasSize(3);
    assertThat(askedAfterwards).hasValue(1);
  }

  @Test
  void shouldGiveTheSameAnswerForTheSameSeed() throws Exception {
    // When
    String first = sampled(1);
    String again = sampled(1);
    String other = sampled(2);

    // Then
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  private String sampled(long seed) throws TaskException {
    return generate(unstoppable(30).withSampling(1.5, 40, 0.95, 0.01, seed)).text();
  }

  @Test
  void shouldNotRepeatATokenUnderAHeavyPresencePenalty() throws Exception {
    // When
    GenerationResult result = generate(unstoppable(20).withPenalties(1, 0, 1e6));

    // Then
    List<String> tokens = List.of(result.text().split("(?<=])"));
    assertThat(tokens).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseABiasForATokenThatTheModelDoesNotHave() {
    assertThatThrownBy(
            () -> generate(GenerationParameters.greedy(1).withLogitBias(Map.of(64, 1.0))))
        .hasMessageContaining("64")
        .hasMessageContaining("0 to 63");
  }

  private static GenerationParameters unstoppable(int maxTokens) {
    return GenerationParameters.greedy(maxTokens).withLogitBias(Map.of(STOP_TOKEN, -1e6));
  }

  private GenerationResult generate(GenerationParameters parameters) throws TaskException {
    return generate(PROMPT, parameters, CancellationToken.NONE);
  }

  private GenerationResult generate(
      int[] prompt, GenerationParameters parameters, CancellationToken cancellation)
      throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      return Generator.generate(
          sequence, new FakeTokenizer(), prompt, parameters, pieces::add, cancellation);
    }
  }

  private static String text(List<Integer> tokens) {
    return new FakeTokenizer().decode(tokens.stream().mapToInt(Integer::intValue).toArray());
  }
}
