package dev.bantam.template;

/** Python's escapes in string literals. */
final class StringLiteral {

  private StringLiteral() {}

  static String unescape(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder text = new StringBuilder(literal.length());
    int at = 0;
    while (at < literal.length()) {
      char c = literal.charAt(at);
      if (c == '\\' && at + 1 < literal.length()) {
        at = escape(literal, at + 1, text);
      } else {
        text.append(c);
        at++;
      }
    }
    return text.toString();
  }

  /** Appends what the escape at {@code at} means and returns where the text goes on. */
  private static int escape(String literal, int at, StringBuilder text) {
    char c = literal.charAt(at);
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'a' -> text.append('\u0007');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'v' -> text.append('\u000b');
      case '0' -> text.append('\0');
      case '\\', '\'', '"' -> text.append(c);
      case '\n' -> {}
      case 'x' -> {
        return code(literal, at + 1, 2, text);
      }
      case 'u' -> {
        return code(literal, at + 1, 4, text);
      }
      case 'U' -> {
        return code(literal, at + 1, 8, text);
      }
      default -> text.append('\\').append(c);
    }
    return at + 1;
  }

  private static int code(String literal, int from, int digits, StringBuilder text) {
    int end = from + digits;
    if (end > literal.length()) {
      throw new TemplateException("an escape in a string needs %d digits".formatted(digits));
    }
    try {
      text.appendCodePoint(Integer.parseUnsignedInt(literal.substring(from, end), 16));
    } catch (IllegalArgumentException e) {
      throw new TemplateException(
          "\"%s\" is no character's code".formatted(literal.substring(from, end)));
    }
    return end;
  }
}
