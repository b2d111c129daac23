package dev.bantam.template;

import java.util.List;
import java.util.Locale;

/** Filters from text to text. */
final class TextFilters {

  private TextFilters() {}

  static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return out.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  static String escape(String text, Budget budget) {
    budget.text(5L * text.length());
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;");
  }

  /** Replaces the first {@code count} occurrences; all if it is negative. */
  static String replace(String text, String old, String with, int count, Budget budget) {
    budget.search(text.length(), old.length());
    StringBuilder out = new StringBuilder();
    int from = 0;
    int left = count < 0 ? Integer.MAX_VALUE : count;
    int at = text.indexOf(old);
    while (at >= 0 && left-- > 0) {
      budget.text(at - from + with.length() + 1L);
      out.append(text, from, at).append(with);
      from = at + old.length();
      if (old.isEmpty()) {
        if (from >= text.length()) {
          break;
        }
        out.append(text.charAt(from++));
      }
      at = text.indexOf(old, from);
    }
    budget.text(text.length() - (long) Math.min(from, text.length()));
    return out.append(text.substring(Math.min(from, text.length()))).toString();
  }

  static String indent(String text, Arguments arguments, Budget budget) {
    Object width = arguments.get(0, "width", 4L);
    String margin =
        width instanceof String custom ? custom : spaces(Operators.requireInteger(width), budget);
    boolean first = arguments.flag(1, "first", false);
    boolean blank = arguments.flag(2, "blank", false);
    StringBuilder out = new StringBuilder();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      budget.text(margin.length() + lines[i].length() + 1L);
      boolean indented = i == 0 ? first : blank || !lines[i].isEmpty();
      out.append(i == 0 ? "" : "\n").append(indented ? margin : "").append(lines[i]);
    }
    return out.toString();
  }

  private static String spaces(long count, Budget budget) {
    budget.text(Math.max(0, count));
    return " ".repeat((int) Math.max(0, count));
  }

  /** Python's {@code %}, for {@code %s}, {@code %d}, {@code %f} without widths and {@code %%}. */
  static String format(String pattern, List<?> values, Budget budget) {
    StringBuilder out = new StringBuilder();
    int used = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      char kind = c == '%' && i + 1 < pattern.length() ? pattern.charAt(++i) : c;
      if (c != '%' || kind == '%') {
        out.append(kind);
        continue;
      }
      if (used >= values.size()) {
        throw new TemplateException("the format has more places than values");
      }
      String text = formatted(kind, values.get(used++), budget);
      budget.text(text.length());
      out.append(text);
    }
    if (used < values.size()) {
      throw new TemplateException("the format has fewer places than values");
    }
    return out.toString();
  }

  private static String formatted(char kind, Object value, Budget budget) {
    return switch (kind) {
      case 's' -> PythonText.str(value, budget);
      case 'd', 'i' -> Long.toString((long) Arithmetic.toDouble(value));
      case 'f' -> String.format(Locale.ROOT, "%.6f", Arithmetic.toDouble(value));
      default ->
          throw new TemplateException(
              "the format '%%%s' is not supported; use %%s, %%d or %%f".formatted(kind));
    };
  }
}
