package dev.bantam.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's operators on the values of a template. Whole numbers have 64 bits. */
final class Operators {

  private final Budget budget;

  Operators(Budget budget) {
    this.budget = budget;
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Long number) {
      return number != 0;
    }
    if (value instanceof Double number) {
      return number != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  /** Python's name of a value's type. */
  static String typeName(Object value) {
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof List) {
      return value instanceof Tuple ? "tuple" : "list";
    }
    if (value == None.NONE) {
      return "None";
    }
    return value instanceof Callable ? "function" : "object";
  }

  static long requireInteger(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new TemplateException("a whole number is expected, not " + describe(value));
  }

  static String describe(Object value) {
    return value instanceof Undefined undefined
        ? undefined.what() + ", which is undefined"
        : typeName(value);
  }

  Object binary(String operator, Object left, Object right) {
    budget.step(1);
    if (operator.equals("~")) {
      return concatenate(PythonText.str(left, budget), PythonText.str(right, budget));
    }
    requireDefined(left, right);
    if (isNumber(left) && isNumber(right)) {
      return Arithmetic.apply(operator, left, right);
    }
    return switch (operator) {
      case "+" -> add(left, right);
      case "*" -> isNumber(left) ? repeat(right, left) : repeat(left, right);
      case "%" -> format(left, right);
      default -> throw unsupported(operator, left, right);
    };
  }

  private static void requireDefined(Object left, Object right) {
    if (left instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.used();
    }
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  private static TemplateException unsupported(String operator, Object left, Object right) {
    return new TemplateException(
        "'%s' does not go with %s and %s".formatted(operator, typeName(left), typeName(right)));
  }

  private String concatenate(String left, String right) {
    budget.text((long) left.length() + right.length());
    return left + right;
  }

  private Object add(Object left, Object right) {
    if (left instanceof String a && right instanceof String b) {
      return concatenate(a, b);
    }
    if (left instanceof List<?> a
        && right instanceof List<?> b
        && a instanceof Tuple == b instanceof Tuple) {
      budget.elements((long) a.size() + b.size());
      List<Object> joined = new ArrayList<>(a);
      joined.addAll(b);
      return a instanceof Tuple ? new Tuple(joined) : joined;
    }
    throw unsupported("+", left, right);
  }

  private Object repeat(Object value, Object times) {
    if (times instanceof Double || !isNumber(times)) {
      throw unsupported("*", value, times);
    }
    int count = (int) Math.max(0, Math.min(Integer.MAX_VALUE, requireInteger(times)));
    if (value instanceof String text) {
      budget.text((long) text.length() * count);
      return text.repeat(count);
    }
    if (value instanceof List<?> list) {
      budget.elements((long) list.size() * count);
      List<Object> repeated = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        repeated.addAll(list);
      }
      return list instanceof Tuple ? new Tuple(repeated) : repeated;
    }
    throw unsupported("*", value, times);
  }

  private Object format(Object pattern, Object values) {
    if (pattern instanceof String text) {
      return TextFilters.format(
          text, values instanceof Tuple tuple ? tuple : List.of(values), budget);
    }
    throw unsupported("%", pattern, values);
  }

  boolean compare(String operator, Object left, Object right) {
    budget.step(1);
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(operator, left, right) < 0;
      case "<=" -> order(operator, left, right) <= 0;
      case ">" -> order(operator, left, right) > 0;
      default -> order(operator, left, right) >= 0;
    };
  }

  /** Negative, zero or positive, for two numbers or two strings. */
  int order(String operator, Object left, Object right) {
    requireDefined(left, right);
    if (isNumber(left) && isNumber(right)) {
      return left instanceof Double || right instanceof Double
          ? Double.compare(Arithmetic.toDouble(left), Arithmetic.toDouble(right))
          : Long.compare(requireInteger(left), requireInteger(right));
    }
    if (left instanceof String a && right instanceof String b) {
      budget.step(1 + Math.min(a.length(), b.length()) / 64);
      return a.compareTo(b);
    }
    throw unsupported(operator, left, right);
  }

  boolean equal(Object left, Object right) {
    budget.step(1);
    if (isNumber(left) && isNumber(right)) {
      return left instanceof Double || right instanceof Double
          ? Arithmetic.toDouble(left) == Arithmetic.toDouble(right)
          : requireInteger(left) == requireInteger(right);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return a instanceof Tuple == b instanceof Tuple && equalLists(a, b);
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return equalMaps(a, b);
    }
    if (left instanceof String a) {
      budget.step(a.length() / 64);
      return a.equals(right);
    }
    return left instanceof Undefined ? right instanceof Undefined : left == right;
  }

  private boolean equalLists(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (int i = 0; equal && i < left.size(); i++) {
      equal = equal(left.get(i), right.get(i));
    }
    budget.leave();
    return equal;
  }

  private boolean equalMaps(Map<?, ?> left, Map<?, ?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (Map.Entry<?, ?> entry : left.entrySet()) {
      Object other = right.get(entry.getKey());
      equal = equal && other != null && equal(entry.getValue(), other);
    }
    budget.leave();
    return equal;
  }

  boolean contains(Object container, Object item) {
    if (container instanceof String text && item instanceof String part) {
      budget.search(text.length(), part.length());
      return text.contains(part);
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(item));
    }
    if (container instanceof List<?> list) {
      return list.stream().anyMatch(element -> equal(element, item));
    }
    if (container instanceof Undefined) {
      return false;
    }
    throw unsupported("in", item, container);
  }

  /** A value as a map's key: 1 and 1.0 are the same, lists and maps cannot be one. */
  static Object key(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return number.longValue();
    }
    if (value instanceof List || value instanceof Map) {
      throw new TemplateException("a %s cannot be a key".formatted(typeName(value)));
    }
    return value;
  }
}
