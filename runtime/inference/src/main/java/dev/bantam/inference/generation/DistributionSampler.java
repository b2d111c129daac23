package dev.bantam.inference.generation;

import java.util.List;
import java.util.random.RandomGenerator;

/** Picks at random, in proportion to the probabilities that temperature and filters leave. */
final class DistributionSampler implements Sampler {

  private final double temperature;
  private final List<CandidateFilter> filters;
  private final RandomGenerator random;
  private final Candidates candidates;

  /**
   * @param temperature above 0
   * @param filters applied in order, after the temperature
   */
  DistributionSampler(
      int vocab, double temperature, List<CandidateFilter> filters, RandomGenerator random) {
    this.temperature = temperature;
    this.filters = List.copyOf(filters);
    this.random = random;
    this.candidates = new Candidates(vocab);
  }

  @Override
  public int sample(float[] logits) {
    candidates.reset(logits, temperature);
    for (CandidateFilter filter : filters) {
      filter.apply(candidates);
    }
    return draw(random.nextDouble() * candidates.totalWeight());
  }

  private int draw(double target) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < candidates.size(); i++) {
      double weight = candidates.weight(i);
      if (weight > 0) {
        sum += weight;
        last = i;
        if (sum > target) {
          break;
        }
      }
    }
    return candidates.id(last);
  }
}
