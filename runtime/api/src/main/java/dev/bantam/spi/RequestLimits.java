package dev.bantam.spi;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How much a device that spares itself allows a request for now. A plugin that generates keeps to
 * it and says so in its answer, as field {@code limited_to}; others have no use for it.
 *
 * @param maxTokens most tokens of the answer; empty for as many as it asks for
 * @param contextPercent prompt and answer together, in percent of the slot's context, from 1 to 100
 * @param retryAfter when there may be more again
 */
public record RequestLimits(OptionalInt maxTokens, int contextPercent, Duration retryAfter) {

  private static final int WHOLE = 100;

  /** Everything. */
  public static final RequestLimits NONE =
      new RequestLimits(OptionalInt.empty(), WHOLE, Duration.ZERO);

  public RequestLimits {
    if (contextPercent < 1 || contextPercent > WHOLE || maxTokens.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "contextPercent (%d) must be from 1 to 100, maxTokens (%s) at least 1"
              .formatted(contextPercent, maxTokens));
    }
  }

  /** What is left of a context, in tokens, at least 1. */
  public int contextOf(int tokens) {
    return (int) Math.max(1, (long) tokens * contextPercent / WHOLE);
  }
}
