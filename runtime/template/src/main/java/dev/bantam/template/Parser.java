package dev.bantam.template;

import dev.bantam.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a template's blocks. Tags that load other templates are not known. */
final class Parser {

  private static final String KNOWN =
      "for, if, set, macro, with, filter, raw, break, continue, generation";

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private Parser(TokenStream tokens, Dialect dialect) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, dialect);
  }

  static List<Statement> parse(String template, Dialect dialect) {
    Parser parser = new Parser(new TokenStream(Lexer.tokenize(template)), dialect);
    List<Statement> statements = parser.body(Set.of());
    Token rest = parser.tokens.peek();
    if (!rest.is(Kind.END)) {
      throw parser.tokens.fail("unexpected " + rest.describe());
    }
    return statements;
  }

  /** Statements up to a block whose name is one of {@code ends}, which is left in the stream. */
  private List<Statement> body(Set<String> ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.peek().is(Kind.END)) {
      Token token = tokens.peek();
      if (token.is(Kind.DATA)) {
        statements.add(new Statement.Text(token.line(), tokens.next().text()));
      } else if (token.is(Kind.OUTPUT_BEGIN)) {
        tokens.next();
        statements.add(new Statement.Output(token.line(), expressions.tuple()));
        tokens.expect(Kind.OUTPUT_END, "'}}'");
      } else if (ends.contains(tokens.peekNext().text())) {
        tokens.leave();
        return statements;
      } else {
        tokens.next();
        statements.add(block());
      }
    }
    if (!ends.isEmpty()) {
      throw tokens.fail("the template ends inside of a block; missing is one of " + ends);
    }
    tokens.leave();
    return statements;
  }

  private Statement block() {
    int line = tokens.peek().line();
    String name = tokens.name();
    return switch (name) {
      case "for" -> forLoop(line);
      case "if" -> ifBlock(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "with" -> with(line);
      case "filter" -> filter(line);
      case "generation" -> new Statement.Group(line, bodyOf("generation"));
      case "break", "continue" -> jump(line, name);
      default ->
          throw new TemplateException(
              line, "there is no block \"%s\"; known are: %s".formatted(name, KNOWN));
    };
  }

  private Statement jump(int line, String name) {
    if (loops == 0) {
      throw new TemplateException(line, "\"%s\" stands outside of a loop".formatted(name));
    }
    endTag();
    return name.equals("break") ? new Statement.Break(line) : new Statement.Continue(line);
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END, "'%}'");
  }

  /** The rest of the opening tag, the body, and the tag {@code end<name>}. */
  private List<Statement> bodyOf(String name) {
    endTag();
    List<Statement> body = body(Set.of("end" + name));
    closing("end" + name);
    return body;
  }

  private void closing(String name) {
    tokens.expect(Kind.BLOCK_BEGIN, "'{%'");
    tokens.expectName(name);
    if (name.equals("endmacro") && tokens.peek().is(Kind.NAME)) {
      tokens.next();
    }
    endTag();
  }

  /** Takes the tag {@code name} if it is the next one. */
  private boolean acceptTag(String name) {
    if (!tokens.peekNext().isName(name)) {
      return false;
    }
    tokens.next();
    tokens.next();
    return true;
  }

  private Statement forLoop(int line) {
    List<String> targets = targets();
    tokens.expectName("in");
    Expr items = expressions.withoutCondition();
    Optional<Expr> condition =
        tokens.acceptName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    if (tokens.peek().isName("recursive")) {
      throw tokens.fail("recursive loops are not supported; use a macro");
    }
    endTag();
    loops++;
    List<Statement> body = body(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (acceptTag("else")) {
      endTag();
      otherwise = body(Set.of("endfor"));
    }
    closing("endfor");
    return new Statement.For(line, targets, items, condition, body, otherwise);
  }

  private List<String> targets() {
    boolean parenthesized = tokens.acceptOperator("(");
    List<String> targets = new ArrayList<>(List.of(tokens.name()));
    while (tokens.acceptOperator(",")) {
      targets.add(tokens.name());
    }
    if (parenthesized) {
      tokens.expectOperator(")");
    }
    return targets;
  }

  private Statement ifBlock(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    do {
      Expr condition = expressions.tuple();
      endTag();
      branches.add(new Statement.Branch(condition, body(Set.of("elif", "else", "endif"))));
    } while (acceptTag("elif"));
    List<Statement> otherwise = List.of();
    if (acceptTag("else")) {
      endTag();
      otherwise = body(Set.of("endif"));
    }
    closing("endif");
    return new Statement.If(line, branches, otherwise);
  }

  private Statement set(int line) {
    if (tokens.peekNext().isOperator(".")) {
      String object = tokens.name();
      tokens.expectOperator(".");
      String attribute = tokens.name();
      tokens.expectOperator("=");
      Expr value = expressions.tuple();
      endTag();
      return new Statement.AssignAttribute(line, object, attribute, value);
    }
    List<String> targets = targets();
    if (tokens.acceptOperator("=")) {
      Expr value = expressions.tuple();
      endTag();
      return new Statement.Assign(line, targets, value);
    }
    Expr value = expressions.filters(new Expr.Name(Statement.BODY));
    return new Statement.AssignBlock(line, targets.get(0), value, bodyOf("set"));
  }

  private Statement macro(int line) {
    String name = tokens.name();
    tokens.expectOperator("(");
    List<Statement.Parameter> parameters = new ArrayList<>();
    while (!tokens.acceptOperator(")")) {
      String parameter = tokens.name();
      Optional<Expr> fallback =
          tokens.acceptOperator("=") ? Optional.of(expressions.expression()) : Optional.empty();
      parameters.add(new Statement.Parameter(parameter, fallback));
      if (!tokens.peek().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    int outer = loops;
    loops = 0;
    List<Statement> body = bodyOf("macro");
    loops = outer;
    return new Statement.Macro(line, name, parameters, body);
  }

  private Statement with(int line) {
    List<Statement.Binding> bindings = new ArrayList<>();
    while (tokens.peek().is(Kind.NAME)) {
      String name = tokens.name();
      tokens.expectOperator("=");
      bindings.add(new Statement.Binding(name, expressions.expression()));
      if (!tokens.acceptOperator(",")) {
        break;
      }
    }
    return new Statement.With(line, bindings, bodyOf("with"));
  }

  private Statement filter(int line) {
    Expr value = expressions.filters(expressions.filter(new Expr.Name(Statement.BODY)));
    return new Statement.FilterBlock(line, value, bodyOf("filter"));
  }
}
