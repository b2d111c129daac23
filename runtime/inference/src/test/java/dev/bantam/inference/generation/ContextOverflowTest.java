package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.generation.ContextOverflow.Kind;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ContextOverflowTest {

  private static final int CONTEXT = 320;
  private static final int KEEP = 140;
  private static final int LONG = 3 * CONTEXT;
  private static final int[] PROMPT = random(1, 150);
  private static final ContextOverflow SLIDE = new ContextOverflow(Kind.SLIDE, KEEP);

  @TempDir static Path folder;
  private static DecoderModel model;

  @BeforeAll
  static void load() throws Exception {
    model = DecoderModel.load(TinyDecoder.write(folder), LoadContext.of(1, CONTEXT));
  }

  @AfterEach
  void forget() throws Exception {
    model.keepPrefixes(0);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static int[] random(int seed, int count) {
    return new Random(seed).ints(count, 0, TinyDecoder.VOCAB).toArray();
  }

  /** Greedy, but not in circles. */
  private static GenerationParameters varied(int tokens) {
    return GenerationParameters.greedy(tokens).withPenalties(1, 0.5, 0);
  }

  private static GenerationResult generate(
      DecoderModel model,
      int[] prompt,
      GenerationParameters parameters,
      EventSink sink,
      CancellationToken cancellation)
      throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      GenerationResult result =
          Generator.generate(
              sequence,
              new FakeTokenizer(),
              prompt,
              parameters.withLogprobs(0),
              piece -> {
                assertThat(sequence.position()).isBetween(1, model.contextLength());
                sink.delta(piece);
              },
              cancellation);
      assertThat(result.logprobs()).hasSize(result.usage().completionTokens());
      return result;
    }
  }

  private static GenerationResult generate(
      DecoderModel model, int[] prompt, GenerationParameters parameters) throws TaskException {
    return generate(model, prompt, parameters, piece -> {}, CancellationToken.NONE);
  }

  private static int[] tokens(GenerationResult result) {
    return result.logprobs().stream().mapToInt(TokenLogprob::token).toArray();
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  /** The same by fresh requests, each over exactly what was kept. */
  private static int[] byFreshRequests(int[] prompt, int count) throws TaskException {
    int[] all = {};
    int[] window = prompt;
    while (all.length < count) {
      int room = CONTEXT - window.length + 1;
      GenerationParameters part = GenerationParameters.greedy(Math.min(room, count - all.length));
      int[] more = tokens(generate(model, window, part));
      all = joined(all, more);
      int[] full = joined(window, more);
      int[] latest = Arrays.copyOfRange(full, full.length - (CONTEXT - KEEP) / 2, full.length);
      window = joined(Arrays.copyOf(prompt, KEEP), latest);
    }
    return all;
  }

  @Test
  void shouldGoOnAsFreshRequestsOverTheKeptTokensWould() throws Exception {
    // Given
    int[] expected = byFreshRequests(PROMPT, LONG);
    GenerationParameters sliding = GenerationParameters.greedy(LONG).withOverflow(SLIDE);
    for (boolean keepsPrefixes : new boolean[] {false, true}) {
      model.keepPrefixes(keepsPrefixes ? 1 << 24 : 0);
      // When
      GenerationResult result = generate(model, PROMPT, sliding);
      // Then
      assertThat(tokens(result)).containsExactly(expected);
      assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
      // 320 - 150 + 1 tokens come before the first slide, and 91 of 180 behind each.
      assertThat(result.context()).isEqualTo(new ContextUse(0, 9, 9 * 91));
      assertThat(result.usage().promptTokens()).isEqualTo(PROMPT.length);
    }
  }

  @Test
  void shouldAnswerEachAsIfItWereAloneWhereSeveralSlide() throws Exception {
    // Given
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      prompts.add(random(i, 1 + 40 * i));
    }
    GenerationParameters sliding = varied(LONG).withOverflow(SLIDE).withLogprobs(2);
    ExecutorService workers = Executors.newFixedThreadPool(5);
    try (GenerationLoop loop = new GenerationLoop(model, new FakeTokenizer())) {
      // When
      List<Future<GenerationResult>> results = new ArrayList<>();
      for (int[] prompt : prompts) {
        results.add(
            workers.submit(
                () -> loop.generate(prompt, sliding, piece -> {}, CancellationToken.NONE)));
      }

      // Then
      for (int i = 0; i < prompts.size(); i++) {
        GenerationResult together = results.get(i).get();
        GenerationResult alone = generate(model, prompts.get(i), varied(LONG).withOverflow(SLIDE));
        assertThat(together.text()).isEqualTo(alone.text());
        assertThat(together.context()).isEqualTo(alone.context());
        assertThat(together.logprobs().stream().map(TokenLogprob::logprob).toList())
            .isEqualTo(alone.logprobs().stream().map(TokenLogprob::logprob).toList());
      }
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void shouldSlideBehindRunsOfAcceptedTokens() throws Exception {
    // Given an answer that repeats its prompt's tokens
    GenerationParameters sliding = GenerationParameters.greedy(LONG).withOverflow(SLIDE);

    // When
    GenerationResult drafted = generate(model, PROMPT, sliding.withDrafts(OptionalInt.of(15)));

    // Then
    assertThat(drafted.usage().acceptedTokens()).isPositive();
    assertThat(tokens(drafted)).containsExactly(tokens(generate(model, PROMPT, sliding)));
  }

  @Test
  void shouldSlideInTheSmallestContexts(@TempDir Path work) throws Exception {
    for (int context = 1; context <= 9; context++) {
      try (DecoderModel small =
          DecoderModel.load(TinyDecoder.write(work), LoadContext.of(1, context))) {
        // When
        GenerationResult result =
            generate(small, random(3, 20), GenerationParameters.greedy(30).withOverflow(SLIDE));

        // Then
        assertThat(result.usage().completionTokens()).isEqualTo(30);
      }
    }
  }

  @Test
  void shouldSlideAcrossASwitchOfPositionTables(@TempDir Path work) throws Exception {
    try (DecoderModel two = TinyDecoder.loadWithTwoTables(work, 600)) {
      // Given a window of 420 tokens behind a slide, so that the first tables serve again
      int[] prompt = random(2, 690);
      int before = TinyDecoder.CONTEXT - prompt.length + 1;
      GenerationParameters parameters = GenerationParameters.greedy(40).withOverflow(SLIDE);

      // When
      int[] slid = tokens(generate(two, prompt, parameters));

      // Then
      int[] full = joined(prompt, Arrays.copyOf(slid, before));
      int latest = (TinyDecoder.CONTEXT - KEEP) / 2;
      int[] window =
          joined(
              Arrays.copyOf(prompt, KEEP),
              Arrays.copyOfRange(full, full.length - latest, full.length));
      assertThat(Arrays.copyOfRange(slid, before, 40))
          .containsExactly(tokens(generate(two, window, GenerationParameters.greedy(40 - before))));
    }
  }

  @Test
  void shouldStopWithinOneStepWhenCancelledWhileItSlides() {
    // Given the first question behind the answer's 171st token, with which the context is full
    AtomicInteger pieces = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    CancellationToken cancellation = () -> pieces.get() >= 170 && asked.incrementAndGet() > 1;

    // When
    assertThatThrownBy(
            () ->
                generate(
                    model,
                    PROMPT,
                    GenerationParameters.greedy(LONG).withOverflow(SLIDE),
                    piece -> pieces.incrementAndGet(),
                    cancellation))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));

    // Then what was kept was evaluated, and nothing picked behind it
    assertThat(pieces).hasValue(170);
    assertThat(asked).hasValue(2);
  }

  @Test
  void shouldLeaveTheMiddleOfALongPromptOut() throws Exception {
    // Given
    int[] prompt = random(4, 700);
    for (int answer : new int[] {20, 500}) {
      int longest = CONTEXT - Math.min(answer, CONTEXT / 4);
      int[] kept =
          joined(
              Arrays.copyOf(prompt, KEEP),
              Arrays.copyOfRange(prompt, prompt.length - longest + KEEP, prompt.length));
      for (Kind kind : new Kind[] {Kind.MIDDLE, Kind.SLIDE}) {
        // When
        GenerationResult result =
            generate(
                model,
                prompt,
                GenerationParameters.greedy(answer).withOverflow(new ContextOverflow(kind, KEEP)));

        // Then
        int same = Math.min(answer, CONTEXT - longest + 1);
        assertThat(Arrays.copyOf(tokens(result), same))
            .containsExactly(tokens(generate(model, kept, GenerationParameters.greedy(same))));
        assertThat(result.context().leftOut()).isEqualTo(700 - longest);
        assertThat(result.usage().promptTokens()).isEqualTo(longest);
        assertThat(result.usage().completionTokens()).isEqualTo(kind == Kind.SLIDE ? answer : same);
      }
    }
  }

  @Test
  void shouldKeepHalfOfTheContextAtMost() throws Exception {
    // When
    GenerationResult result =
        generate(
            model,
            random(5, 1000),
            GenerationParameters.greedy(LONG).withOverflow(new ContextOverflow(Kind.SLIDE, 900)));

    // Then it slides each time after a quarter of the context
    assertThat(result.context().leftOut()).isEqualTo(1000 - CONTEXT * 3 / 4);
    assertThat(result.context().slides()).isEqualTo((LONG - 1) / (CONTEXT / 4 + 1));
  }

  @Test
  void shouldLeaveAPromptAloneThatFits() throws Exception {
    for (Kind kind : Kind.values()) {
      GenerationResult result =
          generate(
              model,
              random(6, 100),
              GenerationParameters.greedy(30).withOverflow(new ContextOverflow(kind, 10)));
      assertThat(result.context()).isEqualTo(ContextUse.WHOLE);
      assertThat(tokens(result))
          .containsExactly(
              tokens(generate(model, random(6, 100), GenerationParameters.greedy(30))));
    }
  }
}
