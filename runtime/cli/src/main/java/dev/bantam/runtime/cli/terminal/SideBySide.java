package dev.bantam.runtime.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Two columns: a text that is known on the left, one that is still being made on the right. Only
 * ever appends, so it can be piped into a file. Methods exclude each other.
 */
public final class SideBySide {

  private static final String GAP = " | ";

  private final PrintStream out;
  private final int leftWidth;
  private final int rightWidth;
  private final Iterator<String> left;
  private final StringBuilder word = new StringBuilder();
  private int column;

  /**
   * @param left the known text, one paragraph an entry; wrapped
   * @param columns characters in a line, both columns together
   */
  public SideBySide(PrintStream out, List<String> left, int columns) {
    this.out = out;
    this.leftWidth = Math.max(20, columns * 2 / 5);
    this.rightWidth = Math.max(20, columns - leftWidth - GAP.length() - 1);
    this.left = left.stream().flatMap(text -> wrap(text, leftWidth).stream()).iterator();
    startLine();
  }

  /** Adds text to the right column; whole words are printed as soon as they end. */
  public synchronized void append(String text) {
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next == '\n') {
        flushWord();
        newLine();
      } else if (Character.isWhitespace(next)) {
        flushWord();
        space();
      } else {
        word.append(Character.isISOControl(next) ? '?' : next);
      }
    }
    out.flush();
  }

  /** Prints what is left over in both columns, and a last line on the right. */
  public synchronized void finish(String last) {
    flushWord();
    if (column > 0) {
      newLine();
    }
    append(last);
    flushWord();
    while (left.hasNext()) {
      newLine();
    }
    out.println();
    out.flush();
  }

  private void flushWord() {
    while (word.length() > 0) {
      if (column > 0 && column + word.length() > rightWidth) {
        newLine();
      }
      int fits = Math.min(word.length(), rightWidth - column);
      out.print(word.substring(0, fits));
      column += fits;
      word.delete(0, fits);
    }
  }

  private void space() {
    if (column > 0 && column < rightWidth) {
      out.print(' ');
      column++;
    }
  }

  private void newLine() {
    out.println();
    startLine();
  }

  private void startLine() {
    String text = left.hasNext() ? left.next() : "";
    out.print(text + " ".repeat(Math.max(0, leftWidth - text.length())) + GAP);
    column = 0;
  }

  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String piece : text.split(" ", -1)) {
      String rest = piece;
      if (line.length() > 0 && line.length() + 1 + rest.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      } else if (line.length() > 0) {
        line.append(' ');
      }
      while (rest.length() > width) {
        lines.add(rest.substring(0, width));
        rest = rest.substring(width);
      }
      line.append(rest);
    }
    lines.add(line.toString());
    return lines;
  }
}
