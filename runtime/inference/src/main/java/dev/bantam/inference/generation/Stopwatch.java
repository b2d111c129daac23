package dev.bantam.inference.generation;

import dev.bantam.spi.TaskResult.Timings;

/** When what came of one generation; it runs from its making. For one thread at a time. */
final class Stopwatch {

  private static final double NANOS_PER_MILLI = 1e6;

  private final long start = System.nanoTime();
  private long prefilled = start;
  private long firstToken;
  private long lastToken;
  private long firstText;

  void prefilled() {
    prefilled = System.nanoTime();
  }

  void token() {
    lastToken = System.nanoTime();
    if (firstToken == 0) {
      firstToken = lastToken;
    }
  }

  void text(AnswerText text) {
    if (firstText == 0 && !text.isEmpty()) {
      firstText = System.nanoTime();
    }
  }

  Timings timings() {
    long ttft = firstText == 0 ? System.nanoTime() : firstText;
    return new Timings(
        (prefilled - start) / NANOS_PER_MILLI,
        (lastToken - firstToken) / NANOS_PER_MILLI,
        (ttft - start) / NANOS_PER_MILLI);
  }
}
