package dev.bantam.runtime.store;

/**
 * What waits for the broker, and what did not make it.
 *
 * @param waiting messages on the disk
 * @param bytes their size
 * @param dropped messages that had to make room, or became too old, since the start
 * @param lost messages that could not be written, since the start
 */
public record SpoolCounts(long waiting, long bytes, long dropped, long lost) {
  /** Nothing waits, nothing is lost. */
  public static final SpoolCounts NONE = new SpoolCounts(0, 0, 0, 0);
}
