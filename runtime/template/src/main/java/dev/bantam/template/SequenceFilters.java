package dev.bantam.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Filters of lists and maps. */
final class SequenceFilters {

  private final Budget budget;
  private final Operators operators;
  private final Methods methods;

  SequenceFilters(Budget budget, Operators operators, Methods methods) {
    this.budget = budget;
    this.operators = operators;
    this.methods = methods;
  }

  static String join(List<?> items, String separator, Budget budget) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      String text = PythonText.str(items.get(i), budget);
      budget.text((long) separator.length() + text.length());
      out.append(i == 0 ? "" : separator).append(text);
    }
    return out.toString();
  }

  List<Object> list(Object value) {
    List<?> items = methods.iterate(value);
    budget.elements(items.size());
    return new ArrayList<>(items);
  }

  Object length(Object value) {
    if (value instanceof String text) {
      budget.step(1 + text.length() / 64);
      return (long) PythonText.length(text);
    }
    if (value instanceof Map<?, ?> map) {
      return (long) map.size();
    }
    return (long) methods.iterate(value).size();
  }

  Object reverse(Object value) {
    if (value instanceof String text) {
      budget.text(text.length());
      return new StringBuilder(text).reverse().toString();
    }
    List<Object> reversed = list(value);
    Collections.reverse(reversed);
    return reversed;
  }

  Object sort(Object value, Arguments arguments) {
    List<Object> sorted = list(value);
    boolean exact = arguments.flag(1, "case_sensitive", false);
    Optional<Object> path = arguments.find(2, "attribute").filter(found -> found != None.NONE);
    Comparator<Object> order =
        (a, b) ->
            operators.order("<", sortKey(pick(a, path), exact), sortKey(pick(b, path), exact));
    sorted.sort(arguments.flag(0, "reverse", false) ? order.reversed() : order);
    return sorted;
  }

  private static Object sortKey(Object value, boolean exact) {
    return value instanceof String text && !exact ? text.toLowerCase(Locale.ROOT) : value;
  }

  Object dictsort(Object value, Arguments arguments) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("dictsort needs a dict");
    }
    int part = arguments.text(1, "by", "key").equals("value") ? 1 : 0;
    boolean exact = arguments.flag(0, "case_sensitive", false);
    List<Object> pairs = methods.items(map);
    Comparator<Object> order =
        (a, b) ->
            operators.order(
                "<", sortKey(((Tuple) a).get(part), exact), sortKey(((Tuple) b).get(part), exact));
    pairs.sort(arguments.flag(2, "reverse", false) ? order.reversed() : order);
    return pairs;
  }

  Object extreme(Object value, Arguments arguments, int sign) {
    Optional<Object> path = arguments.find(1, "attribute");
    Object best = new Undefined("the extreme of an empty list");
    boolean any = false;
    for (Object item : methods.iterate(value)) {
      if (!any
          || sign
                  * operators.order(
                      "<", sortKey(pick(item, path), false), sortKey(pick(best, path), false))
              > 0) {
        best = item;
        any = true;
      }
    }
    return best;
  }

  Object unique(Object value) {
    List<Object> unique = new ArrayList<>();
    for (Object item : methods.iterate(value)) {
      Object key = sortKey(item, false);
      if (unique.stream().noneMatch(seen -> operators.equal(sortKey(seen, false), key))) {
        budget.elements(1);
        unique.add(item);
      }
    }
    return unique;
  }

  Object sum(Object value, Arguments arguments) {
    Optional<Object> path = arguments.find(0, "attribute");
    Object sum = arguments.get(1, "start", 0L);
    for (Object item : methods.iterate(value)) {
      sum = operators.binary("+", sum, pick(item, path));
    }
    return sum;
  }

  /** The part of an item that an {@code attribute} parameter names, dots included. */
  Object pick(Object item, Optional<Object> path) {
    if (path.isEmpty()) {
      return item;
    }
    if (path.get() instanceof Long index) {
      return methods.item(item, index);
    }
    Object value = item;
    for (String name : PythonText.requireText(path.get(), "attribute").split("\\.", -1)) {
      value = methods.item(value, name);
    }
    return value;
  }
}
