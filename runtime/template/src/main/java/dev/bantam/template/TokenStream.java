package dev.bantam.template;

import dev.bantam.template.Token.Kind;
import java.util.List;

/** Tokens in order, with a bound on nesting that both parsers share. */
final class TokenStream {

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekNext() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  boolean acceptOperator(String text) {
    return accept(peek().isOperator(text));
  }

  boolean acceptName(String text) {
    return accept(peek().isName(text));
  }

  private boolean accept(boolean matches) {
    if (matches) {
      next();
    }
    return matches;
  }

  void expectOperator(String text) {
    if (!acceptOperator(text)) {
      throw fail("'%s' is expected, not %s".formatted(text, peek().describe()));
    }
  }

  void expectName(String text) {
    if (!acceptName(text)) {
      throw fail("'%s' is expected, not %s".formatted(text, peek().describe()));
    }
  }

  Token expect(Kind kind, String what) {
    if (!peek().is(kind)) {
      throw fail("%s is expected, not %s".formatted(what, peek().describe()));
    }
    return next();
  }

  String name() {
    return expect(Kind.NAME, "a name").text();
  }

  void enter() {
    if (++depth > TemplateLimits.MAX_NESTING) {
      throw fail("more than %d levels are nested".formatted(TemplateLimits.MAX_NESTING));
    }
  }

  void leave() {
    depth--;
  }

  TemplateException fail(String message) {
    return new TemplateException(peek().line(), message);
  }
}
