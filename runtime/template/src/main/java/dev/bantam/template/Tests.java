package dev.bantam.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Jinja's tests: what may follow {@code is}. */
final class Tests {

  private static final Set<String> NAMES =
      Set.of(
          "boolean",
          "callable",
          "defined",
          "divisibleby",
          "eq",
          "equalto",
          "==",
          "escaped",
          "even",
          "false",
          "filter",
          "float",
          "ge",
          ">=",
          "greaterthan",
          "gt",
          ">",
          "in",
          "integer",
          "iterable",
          "le",
          "<=",
          "lessthan",
          "lower",
          "lt",
          "<",
          "mapping",
          "ne",
          "!=",
          "none",
          "number",
          "odd",
          "sameas",
          "sequence",
          "string",
          "test",
          "true",
          "undefined",
          "upper");

  private final Operators operators;

  Tests(Operators operators) {
    this.operators = operators;
  }

  static boolean isKnown(String name) {
    return NAMES.contains(name.equals("None") ? "none" : name.toLowerCase(Locale.ROOT));
  }

  static String names() {
    return String.join(", ", new TreeSet<>(NAMES));
  }

  boolean check(String name, Object value, Arguments arguments) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "true" -> value.equals(true);
      case "false" -> value.equals(false);
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> Operators.isNumber(value);
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "iterable", "sequence" -> isIterable(value, name);
      case "callable" -> value instanceof Callable;
      case "escaped" -> false;
      default -> compare(name, value, arguments);
    };
  }

  private static boolean isIterable(Object value, String name) {
    return value instanceof List
        || value instanceof Map
        || value instanceof String
        || (value instanceof Undefined && name.equals("iterable"));
  }

  private boolean compare(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "odd" -> Math.floorMod(Operators.requireInteger(value), 2L) == 1;
      case "even" -> Math.floorMod(Operators.requireInteger(value), 2L) == 0;
      case "divisibleby" ->
          operators.equal(operators.binary("%", value, arguments.require(0, "num")), 0L);
      case "eq", "equalto", "==" -> operators.equal(value, arguments.require(0, "other"));
      case "ne", "!=" -> !operators.equal(value, arguments.require(0, "other"));
      case "lt", "lessthan", "<" -> operators.compare("<", value, arguments.require(0, "other"));
      case "le", "<=" -> operators.compare("<=", value, arguments.require(0, "other"));
      case "gt", "greaterthan", ">" -> operators.compare(">", value, arguments.require(0, "other"));
      case "ge", ">=" -> operators.compare(">=", value, arguments.require(0, "other"));
      case "in" -> operators.contains(arguments.require(0, "seq"), value);
      case "sameas" -> value.equals(arguments.require(0, "other"));
      default -> text(name, value);
    };
  }

  private static boolean text(String name, Object value) {
    return switch (name) {
      case "lower" ->
          value instanceof String text && StringMethods.isCase(text, text.toLowerCase(Locale.ROOT));
      case "upper" ->
          value instanceof String text && StringMethods.isCase(text, text.toUpperCase(Locale.ROOT));
      case "filter" -> value instanceof String text && Filters.isKnown(text, Dialect.CHAT);
      case "test" -> value instanceof String text && isKnown(text);
      default -> throw new TemplateException("there is no test \"%s\"".formatted(name));
    };
  }
}
