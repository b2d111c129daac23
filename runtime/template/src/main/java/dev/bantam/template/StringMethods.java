package dev.bantam.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/** Python's string methods. */
final class StringMethods {

  private static final Set<String> NAMES =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "title",
          "capitalize",
          "find",
          "rfind",
          "index",
          "count",
          "replace",
          "join",
          "isdigit",
          "isalpha",
          "isalnum",
          "isspace",
          "isupper",
          "islower",
          "removeprefix",
          "removesuffix");

  private final Budget budget;

  StringMethods(Budget budget) {
    this.budget = budget;
  }

  static boolean isKnown(String name) {
    return NAMES.contains(name);
  }

  Object call(String name, String text, Arguments arguments) {
    budget.text(text.length());
    return switch (name) {
      case "strip" -> strip(text, arguments, true, true);
      case "lstrip" -> strip(text, arguments, true, false);
      case "rstrip" -> strip(text, arguments, false, true);
      case "split" -> split(text, arguments, false);
      case "rsplit" -> split(text, arguments, true);
      case "splitlines" -> lines(text);
      case "startswith" -> any(arguments, text, true);
      case "endswith" -> any(arguments, text, false);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> TextFilters.title(text);
      case "capitalize" -> TextFilters.capitalize(text);
      default -> search(name, text, arguments);
    };
  }

  private Object search(String name, String text, Arguments arguments) {
    return switch (name) {
      case "find", "index" -> find(name, text, arguments.text(0, "sub"));
      case "rfind" -> position(text, text.lastIndexOf(searched(text, arguments.text(0, "sub"))));
      case "count" -> count(text, searched(text, arguments.text(0, "sub")));
      case "replace" ->
          TextFilters.replace(
              text,
              arguments.text(0, "old"),
              arguments.text(1, "new"),
              arguments.integer(2, "count", -1),
              budget);
      case "join" -> SequenceFilters.join(iterate(arguments.require(0, "iterable")), text, budget);
      case "removeprefix" -> {
        String prefix = arguments.text(0, "prefix");
        yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      case "removesuffix" -> {
        String suffix = arguments.text(0, "suffix");
        yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
      default -> is(name, text);
    };
  }

  private static Object is(String name, String text) {
    return switch (name) {
      case "isdigit" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PythonText::isSpace);
      case "isupper" -> isCase(text, text.toUpperCase(Locale.ROOT));
      default -> isCase(text, text.toLowerCase(Locale.ROOT));
    };
  }

  static boolean isCase(String text, String converted) {
    return text.equals(converted)
        && text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private List<?> iterate(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    if (value instanceof String text) {
      return PythonText.characters(text, budget);
    }
    throw new TemplateException("a %s cannot be joined".formatted(Operators.typeName(value)));
  }

  private String searched(String text, String part) {
    budget.search(text.length(), part.length());
    return part;
  }

  private Object find(String name, String text, String part) {
    int at = text.indexOf(searched(text, part));
    if (at < 0 && name.equals("index")) {
      throw new TemplateException("the text is not found");
    }
    return position(text, at);
  }

  private static Object position(String text, int at) {
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  private static Object count(String text, String part) {
    if (part.isEmpty()) {
      return PythonText.length(text) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static String strip(String text, Arguments arguments, boolean left, boolean right) {
    Object characters = arguments.get(0, "chars", None.NONE);
    if (characters == None.NONE) {
      String half = left ? PythonText.lstrip(text) : text;
      return right ? PythonText.rstrip(half) : half;
    }
    String set = PythonText.requireText(characters, "chars");
    int from = 0;
    int to = text.length();
    while (left && from < to && set.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && set.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private boolean any(Arguments arguments, String text, boolean start) {
    Object wanted = arguments.require(0, start ? "prefix" : "suffix");
    for (Object part : wanted instanceof Tuple tuple ? tuple : List.of(wanted)) {
      String affix = PythonText.requireText(part, start ? "prefix" : "suffix");
      if (start ? text.startsWith(affix) : text.endsWith(affix)) {
        return true;
      }
    }
    return false;
  }

  private List<Object> split(String text, Arguments arguments, boolean fromEnd) {
    Object separator = arguments.get(0, "sep", None.NONE);
    int limit = arguments.integer(1, "maxsplit", -1);
    int most = limit < 0 ? Integer.MAX_VALUE : limit;
    if (separator == None.NONE) {
      return words(text, most);
    }
    String cut = searched(text, PythonText.requireText(separator, "sep"));
    if (cut.isEmpty()) {
      throw new TemplateException("a text cannot be split at nothing");
    }
    return fromEnd ? splitFromEnd(text, cut, most) : splitFromStart(text, cut, most);
  }

  private List<Object> splitFromStart(String text, String cut, int most) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(cut); at >= 0 && parts.size() < most; at = text.indexOf(cut, from)) {
      parts.add(text.substring(from, at));
      from = at + cut.length();
      budget.elements(1);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private List<Object> splitFromEnd(String text, String cut, int most) {
    List<Object> parts = new ArrayList<>();
    int to = text.length();
    for (int at = text.lastIndexOf(cut);
        at >= 0 && parts.size() < most;
        at = text.lastIndexOf(cut, to - cut.length())) {
      parts.add(text.substring(at + cut.length(), to));
      to = at;
      budget.elements(1);
      if (to < cut.length()) {
        break;
      }
    }
    parts.add(text.substring(0, to));
    Collections.reverse(parts);
    return parts;
  }

  private List<Object> words(String text, int most) {
    List<Object> words = new ArrayList<>();
    String rest = PythonText.lstrip(text);
    int from = 0;
    for (int i = 0; i <= rest.length() && words.size() < most; i++) {
      if (i == rest.length() || PythonText.isSpace(rest.charAt(i))) {
        if (i > from) {
          budget.elements(1);
          words.add(rest.substring(from, i));
        }
        from = i + 1;
      }
    }
    String last =
        from < rest.length() ? PythonText.rstrip(PythonText.lstrip(rest.substring(from))) : "";
    if (!last.isEmpty()) {
      words.add(last);
    }
    return words;
  }

  private List<Object> lines(String text) {
    List<Object> lines = new ArrayList<>(text.lines().toList());
    budget.elements(lines.size());
    return lines;
  }
}
