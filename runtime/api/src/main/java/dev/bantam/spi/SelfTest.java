package dev.bantam.spi;

import java.util.OptionalDouble;

/**
 * What a model found when it tried itself.
 *
 * @param tokensPerSecond how fast it generates one answer, on the machine as it is just now; empty
 *     for models that do not generate
 */
public record SelfTest(OptionalDouble tokensPerSecond) {

  /** Nothing was measured. */
  public static final SelfTest NONE = new SelfTest(OptionalDouble.empty());
}
