package dev.bantam.inference.session;

import java.util.Arrays;
import java.util.Optional;

/**
 * Which of a graph's two sets of position tables (LongRoPE) a sequence's keys were turned by. The
 * length of the whole sequence chooses the set for all its positions, as in transformers' generate:
 * when a sequence outgrows the first set, or is rewound to where it serves again, what is cached
 * has to be evaluated once more. The tokens are kept for that. A graph with one set of tables keeps
 * nothing and never asks for it.
 *
 * <p>Not thread-safe.
 */
final class PositionTables {

  private final Optional<Integer> shortContext;
  private int[] tokens = new int[0];
  private boolean isLong;
  private boolean isMixed;

  /**
   * @param shortContext up to which length the first set serves; empty if there is one set
   */
  PositionTables(Optional<Integer> shortContext) {
    this.shortContext = shortContext;
  }

  /** Whether cached keys are of no use in a sequence that becomes {@code length} tokens long. */
  boolean turnBy(int length) {
    boolean becomesLong = shortContext.isPresent() && length > shortContext.get();
    boolean turns = isMixed || becomesLong != isLong;
    isLong = becomesLong;
    isMixed = turns;
    return turns;
  }

  /** Tokens that fit behind so many ones before the first set serves no longer. */
  int roomBehind(int position) {
    int last = shortContext.orElse(0);
    return position < last ? last - position : Integer.MAX_VALUE;
  }

  /** All keys are those of the set that was chosen last. */
  void turned() {
    isMixed = false;
  }

  /** What to add to positions to find the rows of the chosen set. */
  int offset() {
    return isLong ? shortContext.orElse(0) : 0;
  }

  /** The tokens {@code added[from, to)} stand at {@code position} and after it. */
  void remember(int position, int[] added, int from, int to) {
    if (shortContext.isEmpty()) {
      return;
    }
    int end = position + to - from;
    if (end > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(end, 2 * tokens.length));
    }
    System.arraycopy(added, from, tokens, position, to - from);
  }

  /** The first {@code count} tokens remembered. */
  int[] first(int count) {
    return Arrays.copyOf(tokens, count);
  }
}
