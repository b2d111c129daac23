package dev.bantam.inference.generation;

import java.util.Arrays;

/**
 * The tokens of prompt and answer so far, and where the last of them stood before. Positions behind
 * the same pair of tokens are chained, the latest first, so that neither a new token nor a look-up
 * goes through the text. For one generation, one thread.
 */
final class DraftIndex {

  /** Tokens that have to match at least: those that the chains go by. */
  private static final int LEAST = 2;

  /** Tokens that are compared at most. */
  private static final int LONGEST = 24;

  /** Earlier places that are compared at most. */
  private static final int PLACES = 12;

  private static final int SMALLEST = 512;

  private int[] tokens;

  /** By position: the last one before it behind the same hash of a pair; 0 for none. */
  private int[] earlier;

  /** By hash of a pair: the last position behind it; 0 for none. */
  private final int[] latest;

  private int size;

  DraftIndex(int[] prompt) {
    tokens = new int[prompt.length + SMALLEST];
    earlier = new int[tokens.length + 1];
    latest = new int[2 * Integer.highestOneBit(tokens.length)];
    for (int token : prompt) {
      add(token);
    }
  }

  void add(int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
      earlier = Arrays.copyOf(earlier, 2 * size + 1);
    }
    tokens[size++] = token;
    if (size >= LEAST) {
      int hash = (31 * tokens[size - 2] + token) & (latest.length - 1);
      earlier[size] = latest[hash];
      latest[hash] = size;
    }
  }

  /**
   * What followed the last tokens where the most of them stood before, of equally many the latest
   * place; beyond the last token it begins again.
   *
   * @return {@code count} tokens, or none
   */
  int[] following(int count) {
    int best = 0;
    int longest = LEAST - 1;
    int place = size < LEAST ? 0 : earlier[size];
    for (int i = 0; i < PLACES && place > 0; i++) {
      int length = matching(place);
      if (length > longest) {
        best = place;
        longest = length;
      }
      place = earlier[place];
    }
    int[] found = new int[best > 0 ? count : 0];
    for (int i = 0; i < found.length; i++) {
      found[i] = tokens[best + i % (size - best)];
    }
    return found;
  }

  /** How many tokens before the place are the same as the last ones. */
  private int matching(int place) {
    int length = 0;
    while (length < Math.min(place, LONGEST)
        && tokens[place - 1 - length] == tokens[size - 1 - length]) {
      length++;
    }
    return length;
  }
}
