package dev.bantam.template;

import java.time.Duration;

/**
 * What one rendering may take. A template comes with a downloaded model, so it is hostile until
 * proven otherwise.
 *
 * @param steps operations
 * @param output characters of the result
 * @param allocated characters of all strings and eight times the elements of all lists made on the
 *     way
 * @param depth nested evaluations, macro calls included
 * @param time wall-clock time
 */
record TemplateLimits(long steps, long output, long allocated, int depth, Duration time) {

  /** Longest template that is read, in characters; published ones stay below 20,000. */
  static final int MAX_SOURCE = 200_000;

  /** Deepest nesting of blocks and of expressions that is read. */
  static final int MAX_NESTING = 60;

  /** Longest range, as in Python's sandbox. */
  static final int MAX_RANGE = 100_000;

  /** As {@link #forInput}, for templates that are rendered message by message on an event loop. */
  static TemplateLimits forMessages(long characters) {
    return new TemplateLimits(
        300_000 + characters,
        200_000 + 4 * characters,
        1_000_000 + 12 * characters,
        100,
        Duration.ofSeconds(1));
  }

  /** Limits that grow with the text that is put in. */
  static TemplateLimits forInput(long characters) {
    return new TemplateLimits(
        2_000_000 + characters,
        1_000_000 + 4 * characters,
        8_000_000 + 12 * characters,
        300,
        Duration.ofSeconds(5));
  }
}
