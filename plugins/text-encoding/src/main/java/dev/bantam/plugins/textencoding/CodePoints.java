package dev.bantam.plugins.textencoding;

/** A text that is read by places counted in Unicode code points. */
final class CodePoints {

  private final String text;

  /** Where each code point begins in {@link #text}, and its end. */
  private final int[] starts;

  CodePoints(String text) {
    this.text = text;
    int count = text.codePointCount(0, text.length());
    this.starts = new int[count + 1];
    int at = 0;
    for (int i = 0; i < count; i++) {
      starts[i] = at;
      at += Character.charCount(text.codePointAt(at));
    }
    starts[count] = at;
  }

  /** From code point {@code from} to before {@code to}. */
  String slice(int from, int to) {
    return text.substring(starts[from], starts[to]);
  }
}
