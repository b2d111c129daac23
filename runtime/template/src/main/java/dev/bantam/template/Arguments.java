package dev.bantam.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of one call. */
record Arguments(List<Object> positional, Map<String, Object> named) {

  static final Arguments NONE = new Arguments(List.of(), Map.of());

  Optional<Object> find(int index, String name) {
    if (index < positional.size()) {
      return Optional.of(positional.get(index));
    }
    return Optional.ofNullable(named.get(name));
  }

  Object require(int index, String name) {
    return find(index, name)
        .orElseThrow(
            () -> new TemplateException("the parameter \"%s\" is missing".formatted(name)));
  }

  Object get(int index, String name, Object fallback) {
    return find(index, name).orElse(fallback);
  }

  String text(int index, String name, String fallback) {
    return find(index, name).map(value -> PythonText.requireText(value, name)).orElse(fallback);
  }

  String text(int index, String name) {
    return PythonText.requireText(require(index, name), name);
  }

  boolean flag(int index, String name, boolean fallback) {
    return find(index, name).map(Operators::isTrue).orElse(fallback);
  }

  /** A whole number, kept within what an {@code int} holds. */
  int integer(int index, String name, int fallback) {
    Optional<Object> value = find(index, name).filter(found -> found != None.NONE);
    if (value.isEmpty()) {
      return fallback;
    }
    return (int)
        Math.max(
            Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Operators.requireInteger(value.get())));
  }

  /** The arguments after the first {@code count}. */
  Arguments skip(int count) {
    return new Arguments(
        positional.subList(Math.min(count, positional.size()), positional.size()), named);
  }
}
