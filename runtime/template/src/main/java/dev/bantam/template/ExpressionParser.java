package dev.bantam.template;

import dev.bantam.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads expressions, with the precedence of Jinja 3's own parser, lowest first. */
final class ExpressionParser {

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");

  /** Operators in one expression; a longer chain would nest too deep when it is evaluated. */
  private static final int MAX_OPERATORS = 200;

  private final TokenStream tokens;
  private final Dialect dialect;
  private int operators;

  ExpressionParser(TokenStream tokens, Dialect dialect) {
    this.dialect = dialect;
    this.tokens = tokens;
  }

  /** An expression, or several with commas between: a tuple. */
  Expr tuple() {
    Expr first = expression();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.acceptOperator(",") && startsExpression()) {
      items.add(expression());
    }
    return new Expr.TupleOf(items);
  }

  private boolean startsExpression() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME, STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> Set.of("(", "[", "{", "-", "+").contains(token.text());
      case DATA, OUTPUT_BEGIN, OUTPUT_END, BLOCK_BEGIN, BLOCK_END, END -> false;
    };
  }

  Expr expression() {
    tokens.enter();
    int before = operators;
    Expr value = or();
    while (tokens.acceptName("if")) {
      count();
      Expr condition = or();
      Optional<Expr> no = tokens.acceptName("else") ? Optional.of(expression()) : Optional.empty();
      value = new Expr.Conditional(condition, value, no);
    }
    operators = before;
    tokens.leave();
    return value;
  }

  /** What a {@code for} runs over: an {@code if} after it belongs to the loop. */
  Expr withoutCondition() {
    Expr first = or();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.acceptOperator(",") && startsExpression()) {
      items.add(or());
    }
    return new Expr.TupleOf(items);
  }

  private void count() {
    if (++operators > MAX_OPERATORS) {
      throw tokens.fail("an expression has more than %d operators".formatted(MAX_OPERATORS));
    }
  }

  private Expr or() {
    Expr left = and();
    while (tokens.acceptName("or")) {
      count();
      left = new Expr.Or(left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.acceptName("and")) {
      count();
      left = new Expr.And(left, not());
    }
    return left;
  }

  private Expr not() {
    if (tokens.peek().isName("not")) {
      tokens.next();
      count();
      return new Expr.Not(not());
    }
    return comparison();
  }

  private Expr comparison() {
    Expr first = sum();
    List<Expr.Comparand> rest = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.is(Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
        tokens.next();
        rest.add(new Expr.Comparand(token.text(), sum()));
      } else if (tokens.acceptName("in")) {
        rest.add(new Expr.Comparand("in", sum()));
      } else if (token.isName("not") && tokens.peekNext().isName("in")) {
        tokens.next();
        tokens.next();
        rest.add(new Expr.Comparand("not in", sum()));
      } else {
        return rest.isEmpty() ? first : new Expr.Comparison(first, rest);
      }
      count();
    }
  }

  private Expr sum() {
    Expr left = concatenation();
    while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
      count();
      left = new Expr.Binary(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expr concatenation() {
    Expr left = product();
    while (tokens.acceptOperator("~")) {
      count();
      left = new Expr.Binary("~", left, product());
    }
    return left;
  }

  private Expr product() {
    Expr left = power();
    while (tokens.peek().is(Kind.OPERATOR)
        && Set.of("*", "/", "//", "%").contains(tokens.peek().text())) {
      count();
      left = new Expr.Binary(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.acceptOperator("**")) {
      count();
      left = new Expr.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    Expr value;
    if (tokens.acceptOperator("-")) {
      count();
      value = new Expr.Negative(unary(false));
    } else if (tokens.acceptOperator("+")) {
      count();
      value = new Expr.Positive(unary(false));
    } else {
      value = postfix(primary());
    }
    return withFilters ? filters(value) : value;
  }

  private Expr postfix(Expr start) {
    Expr value = start;
    while (true) {
      if (tokens.acceptOperator(".")) {
        value = dot(value);
      } else if (tokens.acceptOperator("[")) {
        value = subscript(value);
      } else if (tokens.acceptOperator("(")) {
        value = new Expr.Call(value, parameters());
      } else {
        return value;
      }
      count();
    }
  }

  private Expr dot(Expr target) {
    if (tokens.peek().is(Kind.INTEGER)) {
      return new Expr.Item(target, integer(tokens.next()));
    }
    return new Expr.Attribute(target, tokens.name());
  }

  private Expr subscript(Expr target) {
    Optional<Expr> from =
        tokens.peek().isOperator(":") ? Optional.empty() : Optional.of(expression());
    if (from.isPresent() && tokens.acceptOperator("]")) {
      return new Expr.Item(target, from.get());
    }
    tokens.expectOperator(":");
    Optional<Expr> to = slicePart();
    Optional<Expr> step = tokens.acceptOperator(":") ? slicePart() : Optional.empty();
    tokens.expectOperator("]");
    return new Expr.Slice(target, from, to, step);
  }

  private Optional<Expr> slicePart() {
    return tokens.peek().isOperator(":") || tokens.peek().isOperator("]")
        ? Optional.empty()
        : Optional.of(expression());
  }

  Expr filters(Expr start) {
    Expr value = start;
    while (true) {
      if (tokens.acceptOperator("|")) {
        value = filter(value);
      } else if (tokens.acceptName("is")) {
        value = test(value);
      } else if (tokens.acceptOperator("(")) {
        value = new Expr.Call(value, parameters());
      } else {
        return value;
      }
      count();
    }
  }

  /** A filter's name and parameters, after the bar. */
  Expr filter(Expr target) {
    String name = tokens.name();
    if (!Filters.isKnown(name, dialect)) {
      throw tokens.fail(
          "there is no filter \"%s\"; known are: %s".formatted(name, Filters.names(dialect)));
    }
    Expr.Parameters parameters = tokens.acceptOperator("(") ? parameters() : Expr.Parameters.NONE;
    return new Expr.Filter(target, name, parameters);
  }

  private Expr test(Expr target) {
    boolean negated = tokens.acceptName("not");
    String name = tokens.name();
    if (!Tests.isKnown(name)) {
      throw tokens.fail("there is no test \"%s\"; known are: %s".formatted(name, Tests.names()));
    }
    Expr test = new Expr.Test(target, name, testParameters());
    return negated ? new Expr.Not(test) : test;
  }

  private Expr.Parameters testParameters() {
    if (tokens.acceptOperator("(")) {
      return parameters();
    }
    Token token = tokens.peek();
    boolean follows =
        token.is(Kind.NAME)
            ? !Set.of("else", "or", "and", "if", "is", "not", "in").contains(token.text())
            : startsExpression() && !token.isOperator("-") && !token.isOperator("+");
    return follows
        ? new Expr.Parameters(List.of(postfix(primary())), Map.of())
        : Expr.Parameters.NONE;
  }

  private Expr.Parameters parameters() {
    List<Expr> positional = new ArrayList<>();
    Map<String, Expr> named = new LinkedHashMap<>();
    while (!tokens.acceptOperator(")")) {
      if (tokens.peek().is(Kind.NAME) && tokens.peekNext().isOperator("=")) {
        String name = tokens.name();
        tokens.expectOperator("=");
        named.put(name, expression());
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw tokens.fail("a parameter without a name follows one with a name");
      }
      if (!tokens.peek().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Expr.Parameters(positional, named);
  }

  private Expr primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token.text());
      case STRING -> string(token);
      case INTEGER -> integer(token);
      case FLOAT -> new Expr.Literal(Double.parseDouble(token.text()));
      case OPERATOR -> bracketed(token);
      case DATA, OUTPUT_BEGIN, OUTPUT_END, BLOCK_BEGIN, BLOCK_END, END -> throw unexpected(token);
    };
  }

  private static TemplateException unexpected(Token token) {
    return new TemplateException(
        token.line(), "an expression is expected, not " + token.describe());
  }

  private static Expr name(String name) {
    return switch (name) {
      case "true", "True" -> new Expr.Literal(true);
      case "false", "False" -> new Expr.Literal(false);
      case "none", "None" -> new Expr.Literal(None.NONE);
      default -> new Expr.Name(name);
    };
  }

  private Expr string(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (tokens.peek().is(Kind.STRING)) {
      text.append(tokens.next().text());
    }
    return new Expr.Literal(text.toString());
  }

  private static Expr integer(Token token) {
    try {
      return new Expr.Literal(Long.parseLong(token.text()));
    } catch (NumberFormatException e) {
      throw new TemplateException(
          token.line(), "the number %s is too large".formatted(token.text()));
    }
  }

  private Expr bracketed(Token token) {
    return switch (token.text()) {
      case "(" -> parenthesized();
      case "[" -> new Expr.ListOf(items("]"));
      case "{" -> new Expr.MapOf(entries());
      default -> throw unexpected(token);
    };
  }

  private Expr parenthesized() {
    if (tokens.acceptOperator(")")) {
      return new Expr.TupleOf(List.of());
    }
    Expr value = tuple();
    tokens.expectOperator(")");
    return value;
  }

  private List<Expr> items(String close) {
    List<Expr> items = new ArrayList<>();
    while (!tokens.acceptOperator(close)) {
      items.add(expression());
      if (!tokens.peek().isOperator(close)) {
        tokens.expectOperator(",");
      }
    }
    return items;
  }

  private List<Expr.Entry> entries() {
    List<Expr.Entry> entries = new ArrayList<>();
    while (!tokens.acceptOperator("}")) {
      Expr key = expression();
      tokens.expectOperator(":");
      entries.add(new Expr.Entry(key, expression()));
      if (!tokens.peek().isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return entries;
  }
}
