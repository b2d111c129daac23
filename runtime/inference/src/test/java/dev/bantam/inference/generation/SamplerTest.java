package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SamplerTest {

  /** Probabilities 0.1, 0.4, 0.2, 0.25, 0.05 of ids 0 to 4. */
  private static final float[] LOGITS = logs(0.1, 0.4, 0.2, 0.25, 0.05);

  @Test
  void shouldPickTheLowestOfEqualIdsGreedily() {
    assertThat(Sampler.GREEDY.sample(new float[] {1, 3, 2, 3})).isEqualTo(1);
    assertThat(Sampler.GREEDY.sample(new float[] {-5, -7})).isZero();
  }

  @Test
  void shouldListTheHighestFirstAndTheLowestIdOfEqualOnes() {
    // Given
    float[] logits = {1, 3, -2, 3, -0.0f, 0.0f, 2};

    // When, Then
    assertThat(Logits.top(logits, 5)).extracting(TokenLogit::token).containsExactly(1, 3, 6, 0, 4);
    assertThat(Logits.top(logits, 5).get(2)).isEqualTo(new TokenLogit(6, 2));
    assertThat(Logits.top(new float[] {1, 2}, 5))
        .extracting(TokenLogit::token)
        .containsExactly(1, 0);
  }

  @Test
  void shouldKeepExactlyTheLikeliestK() {
    assertThat(left(LOGITS, CandidateFilter.topK(1))).containsExactly(1);
    assertThat(left(LOGITS, CandidateFilter.topK(3))).containsExactly(1, 2, 3);
    assertThat(left(LOGITS, CandidateFilter.topK(5))).containsExactly(0, 1, 2, 3, 4);
    assertThat(left(LOGITS, CandidateFilter.topK(9))).containsExactly(0, 1, 2, 3, 4);
    assertThat(left(new float[] {1, 2, 2, 2, 1}, CandidateFilter.topK(2))).containsExactly(1, 2);
  }

  @Test
  void shouldKeepTheShortestRunThatReachesP() {
    assertThat(left(LOGITS, CandidateFilter.topP(0.3))).containsExactly(1);
    assertThat(left(LOGITS, CandidateFilter.topP(0.41))).containsExactly(1, 3);
    assertThat(left(LOGITS, CandidateFilter.topP(0.64))).containsExactly(1, 3);
    assertThat(left(LOGITS, CandidateFilter.topP(0.66))).containsExactly(1, 2, 3);
    assertThat(left(LOGITS, CandidateFilter.topP(0.97))).containsExactly(0, 1, 2, 3, 4);
    assertThat(left(LOGITS, CandidateFilter.topP(1e-9))).containsExactly(1);
    assertThat(left(new float[4], CandidateFilter.topP(0.5))).containsExactly(0, 1);
  }

  @Test
  void shouldAgreeWithPlainTopPOnManyTokens() {
    // Given
    Random random = new Random(5);
    float[] logits = new float[3000];
    IntStream.range(0, logits.length).forEach(i -> logits[i] = (float) random.nextGaussian() * 3);
    for (double p : new double[] {0.05, 0.5, 0.9, 0.99, 0.9999}) {
      // When, Then
      assertThat(left(logits, CandidateFilter.topP(p))).isEqualTo(plainTopP(logits, p));
    }
  }

  private static TreeSet<Integer> plainTopP(float[] logits, double p) {
    List<TokenLogit> sorted = Logits.top(logits, logits.length);
    double total = sorted.stream().mapToDouble(t -> Math.exp(t.logit())).sum();
    TreeSet<Integer> kept = new TreeSet<>();
    double sum = 0;
    for (TokenLogit token : sorted) {
      if (sum >= p * total) {
        break;
      }
      kept.add(token.token());
      sum += Math.exp(token.logit());
    }
    return kept;
  }

  @Test
  void shouldKeepTokensWithAShareOfTheLikeliest() {
    assertThat(left(LOGITS, CandidateFilter.minP(0.6))).containsExactly(1, 3);
    assertThat(left(LOGITS, CandidateFilter.minP(0.49))).containsExactly(1, 2, 3);
    assertThat(left(LOGITS, CandidateFilter.minP(1))).containsExactly(1);
    assertThat(left(LOGITS, CandidateFilter.minP(0.01))).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void shouldDrawInProportionToTheProbabilities() {
    // Given
    int draws = 40_000;
    Sampler sampler = sampler(1, 11);
    Map<Integer, Integer> counts = new HashMap<>();

    // When
    for (int i = 0; i < draws; i++) {
      counts.merge(sampler.sample(LOGITS), 1, Integer::sum);
    }

    // Then
    double[] expected = {0.1, 0.4, 0.2, 0.25, 0.05};
    for (int id = 0; id < expected.length; id++) {
      assertThat(counts.get(id) / (double) draws).isCloseTo(expected[id], Offset.offset(0.015));
    }
  }

  @Test
  void shouldBeNearlyGreedyWhenCold() {
    Sampler sampler = sampler(0.01, 12);
    assertThat(IntStream.range(0, 200).map(i -> sampler.sample(LOGITS))).containsOnly(1);
  }

  @Test
  void shouldDrawTheSameWithTheSameSeedOnly() {
    assertThat(draws(1)).isEqualTo(draws(1)).isNotEqualTo(draws(2));
  }

  @Test
  void shouldNeverDrawATokenOfNoProbability() {
    Sampler sampler = sampler(1, 13);
    float[] logits = {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY};
    assertThat(IntStream.range(0, 100).map(i -> sampler.sample(logits))).containsOnly(1);
  }

  private static List<Integer> draws(long seed) {
    Sampler sampler = sampler(1, seed);
    return IntStream.range(0, 50).mapToObj(i -> sampler.sample(LOGITS)).toList();
  }

  private static Sampler sampler(double temperature, long seed) {
    return new DistributionSampler(
        LOGITS.length, temperature, List.of(), new SplittableRandom(seed));
  }

  private static TreeSet<Integer> left(float[] logits, CandidateFilter filter) {
    Candidates candidates = new Candidates(logits.length);
    candidates.reset(logits, 1);
    filter.apply(candidates);
    TreeSet<Integer> ids = new TreeSet<>();
    IntStream.range(0, candidates.size()).forEach(i -> ids.add(candidates.id(i)));
    assertThat(ids).hasSize(candidates.size());
    return ids;
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    IntStream.range(0, logits.length).forEach(i -> logits[i] = (float) Math.log(probabilities[i]));
    return logits;
  }
}
