package dev.bantam.inference.generation;

/**
 * What becomes of text that does not fit the context.
 *
 * @param kind what happens
 * @param keep tokens of the prompt's beginning that are never dropped, as far as they take no more
 *     than half of the context
 */
public record ContextOverflow(Kind kind, int keep) {

  /** A prompt that is too long is refused, and an answer ends where the context does. */
  public static final ContextOverflow REFUSE = new ContextOverflow(Kind.REFUSE, 0);

  /** What happens to text that does not fit. */
  public enum Kind {
    /** A prompt that is too long is refused, and an answer ends where the context does. */
    REFUSE,
    /**
     * The middle of a prompt that is too long is left out; an answer ends where the context does.
     */
    MIDDLE,
    /**
     * As {@link #MIDDLE} for prompts; where an answer fills the context, the oldest tokens behind
     * the kept beginning are dropped, and it goes on.
     */
    SLIDE
  }

  public ContextOverflow {
    if (keep < 0) {
      throw new IllegalArgumentException("keep is %d; it must be 0 or more".formatted(keep));
    }
  }
}
