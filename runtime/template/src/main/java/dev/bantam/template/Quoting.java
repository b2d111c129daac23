package dev.bantam.template;

import java.util.Set;
import java.util.regex.Pattern;

/** Texts of others within a prompt: in quotes, so that they end where they end. */
final class Quoting {

  /** No blanks, no quotes, not long: nothing that could be read as a sentence. */
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}°%][\\p{L}\\p{N}_.,:°%/+-]{0,47}");

  /** Filters whose text is the template's own work: numbers, times, JSON, or marked as harmless. */
  private static final Set<String> OWN =
      Set.of("ago", "fixed", "quote", "round", "safe", "time", "tojson");

  private Quoting() {}

  /** Whether an expression's text comes from a filter that leaves nothing to be quoted. */
  static boolean isOwnText(Expr expression) {
    return expression instanceof Expr.Filter filter && OWN.contains(filter.name())
        || expression instanceof Expr.Literal;
  }

  /** A word as it is, anything else in quotes. */
  static String quoted(String text, Budget budget) {
    return text.isEmpty() || WORD.matcher(text).matches() ? text : inQuotes(text, budget);
  }

  /** In double quotes, with quotes, backslashes and control characters escaped as JSON does. */
  static String inQuotes(String text, Budget budget) {
    return Json.write(text, Arguments.NONE, budget);
  }
}
