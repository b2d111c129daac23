package dev.bantam.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Jinja's filters, as far as chat templates use them. */
final class Filters {

  private static final Set<String> NAMES =
      Set.of(
          "abs",
          "capitalize",
          "count",
          "d",
          "default",
          "dictsort",
          "e",
          "escape",
          "first",
          "float",
          "format",
          "indent",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "max",
          "min",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "round",
          "safe",
          "select",
          "selectattr",
          "sort",
          "string",
          "sum",
          "title",
          "tojson",
          "trim",
          "unique",
          "upper");

  /** What {@link Environment#filter} answers for a value that Jinja's own filter is for. */
  static final Object NOT_MINE = new Object();

  private final Budget budget;
  private final Tests tests;
  private final Methods methods;
  private final SequenceFilters sequences;
  private final Environment environment;

  Filters(
      Budget budget, Operators operators, Tests tests, Methods methods, Environment environment) {
    this.environment = environment;
    this.budget = budget;
    this.tests = tests;
    this.methods = methods;
    this.sequences = new SequenceFilters(budget, operators, methods);
  }

  static boolean isKnown(String name, Dialect dialect) {
    return NAMES.contains(name) || dialect.filters().contains(name);
  }

  static String names(Dialect dialect) {
    Set<String> names = new TreeSet<>(NAMES);
    names.addAll(dialect.filters());
    return String.join(", ", names);
  }

  Object apply(String name, Object value, Arguments arguments) {
    budget.step(1);
    if (environment.dialect().filters().contains(name)) {
      Object own = environment.filter(name, value, arguments, budget, methods);
      if (own != NOT_MINE) {
        return own;
      }
    }
    return switch (name) {
      case "default", "d" -> fallback(value, arguments);
      case "length", "count" -> sequences.length(value);
      case "list" -> sequences.list(value);
      case "first" -> edge(value, true);
      case "last" -> edge(value, false);
      case "reverse" -> sequences.reverse(value);
      case "sort" -> sequences.sort(value, arguments);
      case "dictsort" -> sequences.dictsort(value, arguments);
      case "min" -> sequences.extreme(value, arguments, -1);
      case "max" -> sequences.extreme(value, arguments, 1);
      case "unique" -> sequences.unique(value);
      case "sum" -> sequences.sum(value, arguments);
      case "items" -> value instanceof Map<?, ?> map ? methods.items(map) : List.of();
      case "join" -> join(value, arguments);
      case "map" -> map(value, arguments);
      case "select", "reject" -> select(value, arguments, name.equals("select"), false);
      case "selectattr", "rejectattr" -> select(value, arguments, name.equals("selectattr"), true);
      case "tojson" -> Json.write(value, arguments, budget);
      default -> number(name, value, arguments);
    };
  }

  private Object number(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "int" -> integer(value, arguments);
      case "float" -> floating(value, arguments);
      case "abs" -> absolute(value);
      case "round" -> round(value, arguments);
      case "string", "safe" -> PythonText.str(value, budget);
      case "format" ->
          TextFilters.format(
              PythonText.requireText(value, "format"), arguments.positional(), budget);
      default -> text(name, PythonText.str(value, budget), arguments);
    };
  }

  private Object text(String name, String text, Arguments arguments) {
    budget.text(text.length());
    return switch (name) {
      case "trim" -> new StringMethods(budget).call("strip", text, arguments);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> TextFilters.title(text);
      case "capitalize" -> TextFilters.capitalize(text);
      case "replace" ->
          TextFilters.replace(
              text,
              arguments.text(0, "old"),
              arguments.text(1, "new"),
              arguments.integer(2, "count", -1),
              budget);
      case "indent" -> TextFilters.indent(text, arguments, budget);
      default -> TextFilters.escape(text, budget);
    };
  }

  private static Object fallback(Object value, Arguments arguments) {
    boolean missing =
        value instanceof Undefined
            || (arguments.flag(1, "boolean", false) && !Operators.isTrue(value));
    return missing ? arguments.get(0, "default_value", "") : value;
  }

  private Object edge(Object value, boolean first) {
    List<?> items = methods.iterate(value);
    if (items.isEmpty()) {
      return new Undefined("the %s of an empty list".formatted(first ? "first" : "last"));
    }
    return items.get(first ? 0 : items.size() - 1);
  }

  private Object join(Object value, Arguments arguments) {
    Optional<Object> path = arguments.find(1, "attribute");
    List<Object> items = new ArrayList<>();
    for (Object item : methods.iterate(value)) {
      items.add(sequences.pick(item, path));
    }
    return SequenceFilters.join(items, arguments.text(0, "d", ""), budget);
  }

  private Object map(Object value, Arguments arguments) {
    List<?> items = methods.iterate(value);
    budget.elements(items.size());
    List<Object> mapped = new ArrayList<>();
    Optional<Object> path = Optional.ofNullable(arguments.named().get("attribute"));
    for (Object item : items) {
      mapped.add(path.isPresent() ? attribute(item, path, arguments) : filtered(item, arguments));
    }
    return mapped;
  }

  private Object attribute(Object item, Optional<Object> path, Arguments arguments) {
    Object value = sequences.pick(item, path);
    return value instanceof Undefined ? arguments.named().getOrDefault("default", value) : value;
  }

  private Object filtered(Object item, Arguments arguments) {
    String name = arguments.text(0, "name");
    if (!isKnown(name, environment.dialect())) {
      throw new TemplateException("there is no filter \"%s\"".formatted(name));
    }
    return apply(name, item, arguments.skip(1));
  }

  private Object select(Object value, Arguments arguments, boolean wanted, boolean byAttribute) {
    int skip = byAttribute ? 1 : 0;
    Optional<Object> path =
        byAttribute ? Optional.of(arguments.require(0, "attribute")) : Optional.empty();
    Optional<Object> test = arguments.find(skip, "test");
    List<Object> selected = new ArrayList<>();
    for (Object item : methods.iterate(value)) {
      Object tested = sequences.pick(item, path);
      boolean holds =
          test.isEmpty()
              ? Operators.isTrue(tested)
              : tests.check(
                  PythonText.requireText(test.get(), "test"), tested, arguments.skip(skip + 1));
      if (holds == wanted) {
        budget.elements(1);
        selected.add(item);
      }
    }
    return selected;
  }

  private static Object integer(Object value, Arguments arguments) {
    if (Operators.isNumber(value)) {
      return value instanceof Double number
          ? (long) (double) number
          : Operators.requireInteger(value);
    }
    try {
      return value instanceof String text
          ? new BigDecimal(text.strip()).setScale(0, RoundingMode.DOWN).longValueExact()
          : arguments.get(0, "default", 0L);
    } catch (ArithmeticException | NumberFormatException e) {
      return arguments.get(0, "default", 0L);
    }
  }

  private static Object floating(Object value, Arguments arguments) {
    if (Operators.isNumber(value)) {
      return Arithmetic.toDouble(value);
    }
    try {
      return value instanceof String text
          ? Double.parseDouble(text.strip())
          : arguments.get(0, "default", 0.0);
    } catch (NumberFormatException e) {
      return arguments.get(0, "default", 0.0);
    }
  }

  private static Object absolute(Object value) {
    if (value instanceof Double number) {
      return Math.abs(number);
    }
    return Math.abs(Operators.requireInteger(value));
  }

  private static Object round(Object value, Arguments arguments) {
    RoundingMode mode =
        switch (arguments.text(1, "method", "common")) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    int digits = Math.max(-15, Math.min(15, arguments.integer(0, "precision", 0)));
    double number = Arithmetic.toDouble(value);
    return Double.isFinite(number)
        ? new BigDecimal(number).setScale(digits, mode).doubleValue()
        : number;
  }
}
