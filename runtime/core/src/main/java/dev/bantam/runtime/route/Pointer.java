package dev.bantam.runtime.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Pointer (RFC 6901) into plain Java values.
 *
 * @param tokens its parts, unescaped
 */
record Pointer(List<String> tokens) {

  static Pointer parse(String text) {
    return new Pointer(
        text.isEmpty()
            ? List.of()
            : Stream.of(text.substring(1).split("/", -1))
                .map(token -> token.replace("~1", "/").replace("~0", "~"))
                .toList());
  }

  /** What it points to; empty where there is nothing or null. */
  Optional<Object> in(@Nullable Object root) {
    Object at = root;
    for (String token : tokens) {
      if (at instanceof Map<?, ?> map) {
        at = map.get(token);
      } else if (at instanceof List<?> list && token.matches("\\d{1,9}")) {
        int index = Integer.parseInt(token);
        at = index < list.size() ? list.get(index) : null;
      } else {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(at);
  }
}
