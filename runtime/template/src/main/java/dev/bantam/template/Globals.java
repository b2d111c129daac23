package dev.bantam.template;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template may call. */
final class Globals {

  /** Letters of {@code strftime} and what they are in Java's formatter. */
  private static final Map<Character, String> DATE_PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('d', "dd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('S', "ss"),
          Map.entry('y', "yy"),
          Map.entry('Y', "yyyy"),
          Map.entry('F', "yyyy-MM-dd"),
          Map.entry('T', "HH:mm:ss"));

  private final Budget budget;
  private final Clock clock;

  private Globals(Budget budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
  }

  static Scope scope(Budget budget, Clock clock) {
    Globals globals = new Globals(budget, clock);
    Scope scope = new Scope(null);
    scope.set("range", (Callable) globals::range);
    scope.set("namespace", (Callable) globals::namespace);
    scope.set("dict", (Callable) globals::dict);
    scope.set("cycler", (Callable) Globals::cycler);
    scope.set("joiner", (Callable) Globals::joiner);
    scope.set("raise_exception", (Callable) globals::raise);
    scope.set("strftime_now", (Callable) globals::strftime);
    return scope;
  }

  private Object range(Arguments arguments) {
    long first = Operators.requireInteger(arguments.require(0, "stop"));
    boolean single = arguments.positional().size() < 2;
    long start = single ? 0 : first;
    long stop = single ? first : Operators.requireInteger(arguments.positional().get(1));
    long step = Operators.requireInteger(arguments.get(2, "step", 1L));
    if (step == 0) {
      throw new TemplateException("a range's step cannot be zero");
    }
    double count = Math.max(0, Math.ceil(((double) stop - start) / step));
    if (count > TemplateLimits.MAX_RANGE) {
      throw new TemplateException(
          "a range has more than %d numbers".formatted(TemplateLimits.MAX_RANGE));
    }
    budget.elements((long) count);
    List<Object> numbers = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      numbers.add(start + i * step);
    }
    return numbers;
  }

  private Object namespace(Arguments arguments) {
    budget.elements(arguments.named().size());
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (Object initial : arguments.positional()) {
      if (!(initial instanceof Map<?, ?> map)) {
        throw new TemplateException("namespace() takes a dict and named values");
      }
      map.forEach((key, value) -> attributes.put(PythonText.requireText(key, "key"), value));
    }
    attributes.putAll(arguments.named());
    return new Namespace(attributes);
  }

  private Object dict(Arguments arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object initial : arguments.positional()) {
      if (!(initial instanceof Map<?, ?> other)) {
        throw new TemplateException("dict() takes a dict and named values");
      }
      map.putAll(other);
    }
    map.putAll(arguments.named());
    budget.elements(2L * map.size());
    return map;
  }

  private static Object cycler(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateException("cycler() needs at least one value");
    }
    int[] at = {0};
    Callable next = ignored -> values.get(at[0]++ % values.size());
    Callable reset =
        ignored -> {
          at[0] = 0;
          return None.NONE;
        };
    return Map.of("next", next, "reset", reset);
  }

  private static Object joiner(Arguments arguments) {
    Object separator = arguments.get(0, "sep", ", ");
    boolean[] used = {false};
    return (Callable)
        ignored -> {
          Object text = used[0] ? separator : "";
          used[0] = true;
          return text;
        };
  }

  private Object raise(Arguments arguments) {
    throw new TemplateException(PythonText.str(arguments.require(0, "message"), budget));
  }

  private Object strftime(Arguments arguments) {
    String pattern = arguments.text(0, "format");
    budget.text(16L * pattern.length());
    LocalDateTime now = LocalDateTime.now(clock);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        out.append(c);
        continue;
      }
      boolean unpadded = pattern.charAt(i + 1) == '-' && i + 2 < pattern.length();
      i += unpadded ? 2 : 1;
      String part = datePart(pattern.charAt(i), now);
      out.append(unpadded ? part.replaceFirst("^0+(?=.)", "") : part);
    }
    return out.toString();
  }

  private static String datePart(char letter, LocalDateTime now) {
    if (letter == '%') {
      return "%";
    }
    String pattern = DATE_PATTERNS.get(letter);
    if (pattern == null) {
      throw new TemplateException("the date format '%%%s' is not supported".formatted(letter));
    }
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
