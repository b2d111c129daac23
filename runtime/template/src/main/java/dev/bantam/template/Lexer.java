package dev.bantam.template;

import dev.bantam.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens, with Jinja's {@code trim_blocks} and {@code lstrip_blocks} on: a
 * block or comment takes the blanks before it on its line and the line's end after it. One trailing
 * line end of the template is dropped.
 */
final class Lexer {

  private static final List<String> OPERATORS =
      List.of(
          "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")",
          "[", "]", "{", "}", ",", ".", ":", "|");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineCountedTo;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokenize(String template) {
    if (template.length() > TemplateLimits.MAX_SOURCE) {
      throw new TemplateException(
          1,
          "the template has %d characters; at most %d are read"
              .formatted(template.length(), TemplateLimits.MAX_SOURCE));
    }
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      int tag = nextTag(at);
      if (tag < 0) {
        data(source.substring(at));
        at = source.length();
      } else {
        char kind = source.charAt(tag + 1);
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        textBefore(tag, kind, sign);
        at = tag + 2 + (sign == '-' || sign == '+' ? 1 : 0);
        tag(kind);
      }
    }
    add(Kind.END, "");
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void textBefore(int tag, char kind, char sign) {
    String text = source.substring(at, tag);
    if (sign == '-') {
      text = PythonText.rstrip(text);
    } else if (kind != '{' && sign != '+') {
      int lineStart = text.lastIndexOf('\n') + 1;
      if ((lineStart > 0 || lineStarting) && text.substring(lineStart).isBlank()) {
        text = text.substring(0, lineStart);
      }
    }
    data(text);
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private void tag(char kind) {
    switch (kind) {
      case '#' -> comment();
      case '%' -> {
        if (!raw()) {
          add(Kind.BLOCK_BEGIN, "{%");
          expression(Kind.BLOCK_END, "%}");
        }
      }
      default -> {
        add(Kind.OUTPUT_BEGIN, "{{");
        expression(Kind.OUTPUT_END, "}}");
      }
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw fail("a comment is not closed; it ends with '#}'");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    at = end + 2;
    skipAfter(sign, true);
  }

  /** Reads {@code raw ... endraw} if that is what stands here. */
  private boolean raw() {
    int name = skipBlanks(at);
    int close = skipBlanks(name + 3);
    if (!source.startsWith("raw", name) || close >= source.length()) {
      return false;
    }
    char sign = source.charAt(close);
    int begin = sign == '-' || sign == '+' ? close + 1 : close;
    if (!source.startsWith("%}", begin)) {
      return false;
    }
    at = begin + 2;
    skipAfter(sign, true);
    int from = at;
    for (int tag = source.indexOf("{%", at); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
      if (endRaw(from, tag)) {
        return true;
      }
    }
    throw fail("a raw block is not closed; it ends with '{% endraw %}'");
  }

  private boolean endRaw(int from, int tag) {
    char open = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
    int name = skipBlanks(open == '-' || open == '+' ? tag + 3 : tag + 2);
    if (!source.startsWith("endraw", name)) {
      return false;
    }
    int close = skipBlanks(name + 6);
    char sign = close < source.length() ? source.charAt(close) : ' ';
    int end = sign == '-' || sign == '+' ? close + 1 : close;
    if (!source.startsWith("%}", end)) {
      return false;
    }
    at = from;
    textBefore(tag, '%', open);
    at = end + 2;
    skipAfter(sign, true);
    return true;
  }

  private int skipBlanks(int from) {
    int i = from;
    while (i < source.length() && PythonText.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Drops what a tag's end takes with it. */
  private void skipAfter(char sign, boolean trimsLine) {
    lineStarting = false;
    if (sign == '-') {
      at = skipBlanks(at);
      lineStarting = source.charAt(at - 1) == '\n';
    } else if (trimsLine && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      at++;
      lineStarting = true;
    }
  }

  private void expression(Kind endKind, String end) {
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      at = skipBlanks(at);
      if (at >= source.length()) {
        throw fail("the template ends inside of a tag; '%s' is missing".formatted(end));
      }
      char c = source.charAt(at);
      boolean signed = (c == '-' || c == '+') && source.startsWith(end, at + 1);
      if (open.isEmpty() && (signed || source.startsWith(end, at))) {
        add(endKind, end);
        at += end.length() + (signed ? 1 : 0);
        skipAfter(signed ? c : ' ', endKind == Kind.BLOCK_END);
        return;
      }
      word(c, open);
    }
  }

  private void word(char c, Deque<Character> open) {
    if (c == '\'' || c == '"') {
      string(c);
    } else if (Character.isDigit(c)) {
      number();
    } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      int start = at;
      while (at < source.length()
          && (Character.isUnicodeIdentifierPart(source.charAt(at)) || source.charAt(at) == '_')) {
        at++;
      }
      add(Kind.NAME, source.substring(start, at));
    } else {
      operator(c, open);
    }
  }

  private void operator(char c, Deque<Character> open) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(c, open);
        add(Kind.OPERATOR, operator);
        at += operator.length();
        return;
      }
    }
    throw fail("the character '%s' cannot stand here".formatted(c));
  }

  private void balance(char c, Deque<Character> open) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw fail("the '%s' closes nothing".formatted(c));
        }
      }
      default -> {}
    }
  }

  private void number() {
    int start = at;
    boolean isFloat = false;
    digits();
    if (at + 1 < source.length()
        && source.charAt(at) == '.'
        && Character.isDigit(source.charAt(at + 1))) {
      isFloat = true;
      at++;
      digits();
    }
    int exponent = exponentEnd();
    if (exponent > 0) {
      isFloat = true;
      at = exponent;
      digits();
    }
    String digits = source.substring(start, at).replace("_", "");
    add(isFloat ? Kind.FLOAT : Kind.INTEGER, digits);
  }

  private void digits() {
    while (at < source.length()
        && (Character.isDigit(source.charAt(at)) || source.charAt(at) == '_')) {
      at++;
    }
  }

  /** Where the digits of an exponent start; 0 if there is none. */
  private int exponentEnd() {
    if (at >= source.length() || "eE".indexOf(source.charAt(at)) < 0) {
      return 0;
    }
    int i = at + 1;
    if (i < source.length() && "+-".indexOf(source.charAt(i)) >= 0) {
      i++;
    }
    return i < source.length() && Character.isDigit(source.charAt(i)) ? i : 0;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw fail("a string is not closed; it ends with " + quote);
    }
    add(Kind.STRING, StringLiteral.unescape(source.substring(at + 1, end)));
    at = end + 1;
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, currentLine()));
  }

  private int currentLine() {
    countLines(at);
    return line;
  }

  private void countLines(int position) {
    for (; lineCountedTo < Math.min(position, source.length()); lineCountedTo++) {
      if (source.charAt(lineCountedTo) == '\n') {
        line++;
      }
    }
  }

  private TemplateException fail(String message) {
    return new TemplateException(currentLine(), message);
  }
}
