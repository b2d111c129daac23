package dev.bantam.models.importer.architecture;

import java.util.Optional;

/**
 * Rotary position embedding (Su et al., RoFormer, arXiv 2104.09864).
 *
 * @param name of its tables in the graph; layers with the same name share them
 * @param dimensions the first so many elements of a head are rotated; even
 * @param pairs which two of them are rotated together
 * @param base of the frequencies: the pair i turns by {@code base^(-2i/dimensions)} a position
 * @param factor by which positions are divided (linear scaling); 1 without scaling
 * @param magnitude by which rotated queries and keys are multiplied (LongRoPE, Ding et al., arXiv
 *     2402.13753); 1 without
 * @param shortContext up to which length of the sequence LongRoPE's short factors serve; empty
 *     without a second set
 */
record Rotary(
    String name,
    int dimensions,
    PairLayout pairs,
    double base,
    double factor,
    double magnitude,
    Optional<Integer> shortContext) {

  Rotary withMagnitude(double newMagnitude) {
    return new Rotary(name, dimensions, pairs, base, factor, newMagnitude, shortContext);
  }

  /** Turns by {@code base} alone, as layers with a window of their own do. */
  Rotary local(double localBase) {
    return new Rotary(
        name + ".local", dimensions, pairs, localBase, 1, magnitude, Optional.empty());
  }
}
