package dev.bantam.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Attributes, elements and methods of a template's values. All of them are listed here; nothing is
 * looked up on Java objects. Methods that change their object do not exist, as in the sandbox that
 * the templates were written for.
 */
final class Methods {

  private final Budget budget;
  private final Operators operators;
  private final StringMethods strings;

  Methods(Budget budget, Operators operators) {
    this.budget = budget;
    this.operators = operators;
    this.strings = new StringMethods(budget);
  }

  /** {@code target.name}: a method first, an entry second. */
  Object attribute(Object target, String name) {
    if (target instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (target instanceof Loop loop) {
      return loop.attribute(name);
    }
    if (target instanceof Namespace namespace) {
      return namespace.attributes().getOrDefault(name, missing(target, name));
    }
    if (target instanceof Map<?, ?> map) {
      return mapAttribute(map, name);
    }
    if (target instanceof String text && StringMethods.isKnown(name)) {
      return (Callable) arguments -> strings.call(name, text, arguments);
    }
    if (target instanceof List<?> list) {
      return listAttribute(list, name);
    }
    return missing(target, name);
  }

  private static Undefined missing(Object target, String name) {
    return new Undefined("'%s' of a %s".formatted(name, Operators.typeName(target)));
  }

  private Object mapAttribute(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" ->
          (Callable)
              arguments -> {
                Object value = map.get(Operators.key(arguments.require(0, "key")));
                return value == null ? arguments.get(1, "default", None.NONE) : value;
              };
      case "items" -> (Callable) arguments -> items(map);
      case "keys" -> (Callable) arguments -> copy(map.keySet());
      case "values" -> (Callable) arguments -> copy(map.values());
      default -> {
        Object value = map.get(name);
        yield value == null ? missing(map, name) : value;
      }
    };
  }

  private List<Object> copy(Collection<?> values) {
    budget.elements(values.size());
    return new ArrayList<>(values);
  }

  /** A map's entries as pairs. */
  List<Object> items(Map<?, ?> map) {
    budget.elements(3L * map.size());
    List<Object> items = new ArrayList<>();
    map.forEach((key, value) -> items.add(Tuple.of(key, value)));
    return items;
  }

  private Object listAttribute(List<?> list, String name) {
    return switch (name) {
      case "index" -> (Callable) arguments -> index(list, arguments.require(0, "value"));
      case "count" ->
          (Callable)
              arguments ->
                  list.stream()
                      .filter(item -> operators.equal(item, arguments.require(0, "value")))
                      .count();
      default -> missing(list, name);
    };
  }

  private Object index(List<?> list, Object wanted) {
    for (int i = 0; i < list.size(); i++) {
      if (operators.equal(list.get(i), wanted)) {
        return (long) i;
      }
    }
    throw new TemplateException("the value is not in the list");
  }

  /** {@code target[index]}: an entry first, a method second. */
  Object item(Object target, Object index) {
    if (target instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (target instanceof Map<?, ?> map) {
      Object value = map.get(Operators.key(index));
      if (value != null) {
        return value;
      }
      return index instanceof String name
          ? mapAttribute(map, name)
          : new Undefined("an entry of a dict");
    }
    if ((target instanceof List || target instanceof String) && Operators.isNumber(index)) {
      return Slices.item(target, Operators.requireInteger(index), budget);
    }
    return index instanceof String name
        ? attribute(target, name)
        : new Undefined("an element of a " + Operators.typeName(target));
  }

  /** What a loop or a filter runs over. */
  List<?> iterate(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    if (value instanceof Map<?, ?> map) {
      return copy(map.keySet());
    }
    if (value instanceof String text) {
      return PythonText.characters(text, budget);
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new TemplateException("a %s is no list".formatted(Operators.typeName(value)));
  }
}
