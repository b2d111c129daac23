package dev.bantam.inference.generation;

import java.util.PriorityQueue;

/** Narrows the candidates of one position. At least one is left. */
@FunctionalInterface
interface CandidateFilter {

  void apply(Candidates candidates);

  /** Keeps the {@code k} likeliest; of equal ones the lowest ids. */
  static CandidateFilter topK(int k) {
    return candidates -> {
      if (k < candidates.size()) {
        candidates.keepFrom(kthWeight(candidates, k));
        candidates.sort();
        candidates.truncate(k);
      }
    };
  }

  /**
   * Keeps the shortest run of likeliest tokens that together reach probability {@code p} (Holtzman
   * et al. 2019, nucleus sampling).
   */
  static CandidateFilter topP(double p) {
    return candidates -> {
      double total = candidates.totalWeight();
      // Tokens below an even share of the tail hold less than 1 - p together: never in the nucleus.
      candidates.keepFrom((1 - p) * total / candidates.size());
      candidates.sort();
      double sum = 0;
      int kept = 0;
      while (kept < candidates.size() && sum < p * total) {
        sum += candidates.weight(kept++);
      }
      candidates.truncate(Math.max(1, kept));
    };
  }

  /** Keeps tokens with at least {@code p} times the likeliest one's probability. */
  static CandidateFilter minP(double p) {
    return candidates -> candidates.keepFrom(p);
  }

  private static double kthWeight(Candidates candidates, int k) {
    PriorityQueue<Double> highest = new PriorityQueue<>();
    for (int i = 0; i < candidates.size(); i++) {
      double weight = candidates.weight(i);
      if (highest.size() < k) {
        highest.add(weight);
      } else if (weight > highest.element()) {
        highest.remove();
        highest.add(weight);
      }
    }
    return highest.element();
  }
}
