package dev.bantam.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values as Python writes them, and Python's notion of white space. */
final class PythonText {

  private PythonText() {}

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || c == 0x85 || c == 0xA0 || c == 0x2007 || c == 0x202F;
  }

  static String lstrip(String text) {
    int from = 0;
    while (from < text.length() && isSpace(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  static String rstrip(String text) {
    int to = text.length();
    while (to > 0 && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }

  static String requireText(Object value, String name) {
    if (value instanceof String text) {
      return text;
    }
    throw new TemplateException(
        "\"%s\" must be a string, not %s".formatted(name, Operators.typeName(value)));
  }

  /** Python's {@code str()}. */
  static String str(Object value, Budget budget) {
    if (value instanceof String text) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    repr(value, out, budget);
    return out.toString();
  }

  /** Python's {@code repr()}, but nothing for what is undefined. */
  private static void repr(Object value, StringBuilder out, Budget budget) {
    budget.enter();
    if (value instanceof String text) {
      quote(text, out, budget);
    } else if (value instanceof List<?> list) {
      list(list, out, budget);
    } else if (value instanceof Map<?, ?> map) {
      map(map, out, budget);
    } else {
      String text = scalar(value);
      budget.text(text.length());
      out.append(text);
    }
    budget.leave();
  }

  private static String scalar(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Double number) {
      return number(number);
    }
    if (value instanceof Long || value instanceof Namespace) {
      return value.toString();
    }
    if (value == None.NONE) {
      return "None";
    }
    return value instanceof Undefined ? "" : "<%s>".formatted(Operators.typeName(value));
  }

  static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      return Double.toString(value)
          .replace(".0E", "e")
          .replace("E-", "e-")
          .replace("E", "e+")
          .replace("e1", "e+1");
    }
    String plain = new BigDecimal(Double.toString(value)).toPlainString();
    String trimmed = plain.contains(".") ? plain.replaceAll("0+$", "") : plain + ".0";
    return trimmed.endsWith(".") ? trimmed + "0" : trimmed;
  }

  private static void list(List<?> list, StringBuilder out, Budget budget) {
    boolean tuple = list instanceof Tuple;
    budget.text(2 + 2L * list.size());
    out.append(tuple ? '(' : '[');
    String separator = "";
    for (Object item : list) {
      out.append(separator);
      repr(item, out, budget);
      separator = ", ";
    }
    out.append(tuple && list.size() == 1 ? "," : "").append(tuple ? ')' : ']');
  }

  private static void map(Map<?, ?> map, StringBuilder out, Budget budget) {
    budget.text(2 + 4L * map.size());
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      repr(entry.getKey(), out, budget);
      out.append(": ");
      repr(entry.getValue(), out, budget);
      separator = ", ";
    }
    out.append('}');
  }

  private static void quote(String text, StringBuilder out, Budget budget) {
    budget.text(2L * text.length() + 2);
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints().forEach(c -> quoted(c, quote, out));
    out.append(quote);
  }

  private static void quoted(int c, char quote, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append("\\\\");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (c < 0x20 || c == 0x7F) {
          out.append("\\x%02x".formatted(c));
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }

  /** The characters of a text, one string each. */
  static List<Object> characters(String text, Budget budget) {
    budget.elements(text.length());
    List<Object> characters = new ArrayList<>(text.length());
    text.codePoints().forEach(c -> characters.add(Character.toString(c)));
    return characters;
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
