package dev.bantam.template;

/** Counts what one rendering has taken and ends it at its limits. For one thread. */
final class Budget {

  private static final int CLOCK_INTERVAL = 1024;
  private static final int ELEMENT = 8;

  private final TemplateLimits limits;
  private final long start = System.nanoTime();
  private long steps;
  private long allocated;
  private long nextClock = CLOCK_INTERVAL;
  private int depth;

  Budget(TemplateLimits limits) {
    this.limits = limits;
  }

  void step(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw over("does more than %d steps".formatted(limits.steps()));
    }
    if (steps >= nextClock) {
      nextClock = steps + CLOCK_INTERVAL;
      if (System.nanoTime() - start > limits.time().toNanos()) {
        throw over("runs longer than %d s".formatted(limits.time().toSeconds()));
      }
    }
  }

  /** Call before making a string of so many characters. */
  void text(long characters) {
    allocated += characters;
    step(1 + characters / 64);
    checkAllocated();
  }

  /** Call before making a list or map of so many elements. */
  void elements(long count) {
    allocated += ELEMENT * count;
    step(1 + count);
    checkAllocated();
  }

  /** Call before looking for one text in another: the naive search takes the product. */
  void search(int length, int pattern) {
    step(1 + (long) length * Math.max(1, pattern) / 512);
  }

  void output(long characters) {
    if (characters > limits.output()) {
      throw over("writes more than %d characters".formatted(limits.output()));
    }
  }

  void enter() {
    if (++depth > limits.depth()) {
      throw over("nests deeper than %d levels".formatted(limits.depth()));
    }
  }

  void leave() {
    depth--;
  }

  private void checkAllocated() {
    if (allocated > limits.allocated()) {
      throw over("makes more than %d characters of text".formatted(limits.allocated()));
    }
  }

  private static TemplateException over(String what) {
    return new TemplateException("the template " + what + ", which no sound one does");
  }
}
