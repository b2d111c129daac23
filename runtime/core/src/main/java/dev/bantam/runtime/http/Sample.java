package dev.bantam.runtime.http;

import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param kind what it is
 * @param name in Micrometer's form, words with dots between; with its tags, of one sample only
 * @param unit such as {@code bytes} or {@code seconds}; null for a plain number
 * @param help what it means, in a line
 */
record Sample(Kind kind, String name, @Nullable String unit, String help, Tags tags, double value) {

  /** Whether it can fall. */
  enum Kind {
    /** Now; can fall. */
    GAUGE,
    /** Since the start; only grows. */
    COUNTER
  }
}
