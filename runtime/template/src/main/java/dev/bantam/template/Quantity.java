package dev.bantam.template;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number with its unit, of a number or of a text such as {@code 97.5 °C}.
 *
 * @param unit empty where there is none
 */
record Quantity(double number, String unit) {

  private static final Pattern TEXT =
      Pattern.compile(
          "\\s*([+-]?(?:\\d{1,30}(?:\\.\\d{0,30})?|\\.\\d{1,30})(?:[eE][+-]?\\d{1,3})?)\\s*([^\\s\\d+.-]\\S{0,15})?\\s*");

  /** What a value says; empty if it is no quantity. */
  static Optional<Quantity> of(Object value) {
    if (Operators.isNumber(value)) {
      return Optional.of(new Quantity(Arithmetic.toDouble(value), ""));
    }
    if (!(value instanceof String text)) {
      return Optional.empty();
    }
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Quantity(
                Double.parseDouble(matcher.group(1)),
                matcher.group(2) == null ? "" : matcher.group(2)))
        : Optional.empty();
  }

  static Quantity require(Object value, String filter) {
    return of(value)
        .orElseThrow(
            () ->
                new TemplateException(
                    "the filter \"%s\" wants a number, perhaps with a unit, not %s"
                        .formatted(filter, Operators.describe(value))));
  }

  /** A number where there is no unit, else a text. */
  Object value() {
    return unit.isEmpty() ? (Object) number : PythonText.number(number) + " " + unit;
  }

  /** With so many digits behind the point, whatever they are. */
  String fixed(int digits) {
    String text = String.format(Locale.ROOT, "%." + digits + "f", number);
    return unit.isEmpty() ? text : text + " " + unit;
  }
}
