package dev.bantam.broker;

/** Bytes that all sessions and the retained store may hold together. */
final class ByteBudget {

  private final long limit;
  private long used;

  ByteBudget(long limit) {
    this.limit = limit;
  }

  boolean take(long bytes) {
    if (bytes > limit - used) {
      return false;
    }
    used += bytes;
    return true;
  }

  void giveBack(long bytes) {
    used -= bytes;
    if (used < 0) {
      throw new IllegalStateException("more bytes given back than taken: " + -used);
    }
  }

  long used() {
    return used;
  }
}
