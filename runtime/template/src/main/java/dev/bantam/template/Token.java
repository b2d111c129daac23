package dev.bantam.template;

/**
 * One word of a template.
 *
 * @param text the token's text; for a string its value
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    /** Text outside of tags. */
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isName(String wantedText) {
    return is(Kind.NAME, wantedText);
  }

  boolean isOperator(String wantedText) {
    return is(Kind.OPERATOR, wantedText);
  }

  /** How messages name it. */
  String describe() {
    return switch (kind) {
      case END -> "the template's end";
      case DATA -> "text";
      case OUTPUT_END, BLOCK_END, OUTPUT_BEGIN, BLOCK_BEGIN, NAME, INTEGER, FLOAT, OPERATOR ->
          "'" + text + "'";
      case STRING -> "a string";
    };
  }
}
