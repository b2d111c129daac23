package dev.bantam.plugins.textencoding;

import java.util.ArrayList;
import java.util.List;

/**
 * Overlapping windows over the tokens of a text that is longer than the model takes at once.
 *
 * @param room tokens of a window
 * @param overlap tokens that a window shares with the next, fewer than {@code room}
 */
record Windows(int room, int overlap) {

  Windows {
    if (overlap < 0 || overlap >= room) {
      throw new IllegalArgumentException("windows of %d overlap by %d".formatted(room, overlap));
    }
  }

  /**
   * One window.
   *
   * @param from first token
   * @param to behind the last token
   * @param ownFrom of all windows that show a token, one owns it: that in which it is farther from
   *     the edge
   * @param ownTo behind the last token that the window owns
   */
  record Window(int from, int to, int ownFrom, int ownTo) {}

  /** Windows that show every token; one that is empty for no tokens. */
  List<Window> over(int tokens) {
    List<Window> windows = new ArrayList<>();
    int from = 0;
    int ownFrom = 0;
    while (from + room < tokens) {
      int next = from + room - overlap;
      int ownTo = next + overlap / 2;
      windows.add(new Window(from, from + room, ownFrom, ownTo));
      ownFrom = ownTo;
      from = next;
    }
    windows.add(new Window(from, tokens, ownFrom, tokens));
    return windows;
  }
}
