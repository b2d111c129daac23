package dev.bantam.simulator.signal;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A place in a tree of seeds. Whoever needs randomness takes a child that is named after him, so
 * that his numbers depend on the scenario's seed and his name only.
 *
 * @param value 64 bits, well mixed below the root
 */
public record Seed(long value) {

  private static final long FNV_PRIME = 0x100000001b3L;

  /** The child of that name. */
  public Seed of(String name) {
    long hash = value ^ 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return new Seed(mix(hash));
  }

  /** The child of that number. */
  public Seed of(int number) {
    return of(Integer.toString(number));
  }

  /** A new stream of numbers; the same at each call. */
  public Random random() {
    return new Random(value);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
