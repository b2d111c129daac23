package dev.bantam.inference.generation;

import java.util.List;

/**
 * Finds stop strings in text that comes in pieces. Text that could be the beginning of a stop
 * string is held back until that is decided, so no part of a stop string ever gets out. For one
 * generation, one thread.
 */
final class StopStrings {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean met;

  StopStrings(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** Adds a piece and returns the text that may go out; empty if none may yet. */
  String push(String piece) {
    if (met) {
      return "";
    }
    held.append(piece);
    int stop = firstStop();
    if (stop >= 0) {
      met = true;
      held.setLength(stop);
      return release(stop);
    }
    return release(held.length() - longestBeginning());
  }

  /** The text has ended: returns what is still held back, which was no stop string after all. */
  String finish() {
    return release(held.length());
  }

  /** Whether a stop string was found. */
  boolean met() {
    return met;
  }

  /**
   * Where the stop string begins that is complete first; -1 if none is. So the outcome does not
   * depend on how the text was cut into pieces.
   */
  private int firstStop() {
    int first = -1;
    int firstEnd = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      int end = at + stop.length();
      if (at >= 0 && (end < firstEnd || (end == firstEnd && at < first))) {
        first = at;
        firstEnd = end;
      }
    }
    return first;
  }

  /** Length of the longest end of the held text with which a stop string begins. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (endsWith(stop, length)) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private boolean endsWith(String stop, int length) {
    int from = held.length() - length;
    for (int i = 0; i < length; i++) {
      if (held.charAt(from + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String release(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }
}
