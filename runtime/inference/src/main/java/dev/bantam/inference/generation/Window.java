package dev.bantam.inference.generation;

import dev.bantam.inference.generation.ContextOverflow.Kind;
import java.util.Arrays;

/**
 * The tokens that a generation has in its context: its prompt, or what is left of one that was too
 * long, and its answer up to the token to evaluate next. Where it slides, the oldest behind the
 * kept beginning are dropped once the context is full, half of them at a time, so that what is kept
 * is evaluated anew only after as many tokens were generated. For one thread at a time.
 */
final class Window {

  /** The part of the context, as 1 in so many, that a prompt leaves to its answer if it is cut. */
  private static final int ANSWERS_PART = 4;

  private final int room;
  private final boolean isSliding;
  private final int kept;
  private final int leftOut;
  private int[] tokens;
  private int size;
  private int slides;
  private int dropped;

  /**
   * @param room tokens that the context has for prompt and answer, at least 1
   * @param answer tokens that the answer is to have at most
   */
  Window(int[] prompt, int room, int answer, ContextOverflow overflow) {
    this.room = room;
    this.isSliding = overflow.kind() == Kind.SLIDE;
    this.kept = Math.min(overflow.keep(), Math.min(prompt.length, room / 2));
    int cut = Math.max(1, room - Math.min(answer, room / ANSWERS_PART));
    int longest =
        switch (overflow.kind()) {
          case REFUSE -> prompt.length;
          case MIDDLE -> cut;
          case SLIDE -> room;
        };
    this.leftOut = prompt.length <= longest ? 0 : prompt.length - cut;
    this.size = prompt.length - leftOut;
    this.tokens = Arrays.copyOf(prompt, size);
    if (leftOut > 0) {
      System.arraycopy(prompt, kept + leftOut, tokens, kept, size - kept);
    }
  }

  int size() {
    return size;
  }

  /** Tokens that fit behind so many of them. */
  int roomBehind(int count) {
    return room - count;
  }

  /** The token to evaluate next. */
  int last() {
    return tokens[size - 1];
  }

  int[] range(int from, int to) {
    return Arrays.copyOfRange(tokens, from, to);
  }

  /** Most tokens of an answer that is to have so many: the last one is not evaluated. */
  int mostOf(int answer) {
    return isSliding ? answer : Math.min(answer, room - size + 1);
  }

  void add(int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
    }
    tokens[size++] = token;
  }

  /**
   * Drops tokens if there is no room for the next one.
   *
   * @return whether it did
   */
  boolean slide() {
    if (size <= room) {
      return false;
    }
    int latest = Math.max(1, (room - kept) / 2);
    int gone = size - kept - latest;
    System.arraycopy(tokens, size - latest, tokens, kept, latest);
    size -= gone;
    dropped += gone;
    slides++;
    return true;
  }

  /** Tokens at the beginning that are never dropped. */
  int kept() {
    return kept;
  }

  /** Whether it holds the prompt it began with. */
  boolean isFirst() {
    return slides == 0;
  }

  ContextUse use() {
    return new ContextUse(leftOut, slides, dropped);
  }
}
