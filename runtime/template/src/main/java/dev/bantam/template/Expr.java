package dev.bantam.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An expression, as it was read. Immutable. */
sealed interface Expr {

  record Literal(Object value) implements Expr {}

  record Name(String name) implements Expr {}

  record ListOf(List<Expr> items) implements Expr {}

  record TupleOf(List<Expr> items) implements Expr {}

  record MapOf(List<Entry> entries) implements Expr {}

  record Entry(Expr key, Expr value) {}

  /** {@code target.name} */
  record Attribute(Expr target, String name) implements Expr {}

  /** {@code target[index]} */
  record Item(Expr target, Expr index) implements Expr {}

  /** {@code target[from:to:step]} */
  record Slice(Expr target, Optional<Expr> from, Optional<Expr> to, Optional<Expr> step)
      implements Expr {}

  record Call(Expr target, Parameters parameters) implements Expr {}

  /** {@code target | name(parameters)} */
  record Filter(Expr target, String name, Parameters parameters) implements Expr {}

  /** {@code target is name(parameters)} */
  record Test(Expr target, String name, Parameters parameters) implements Expr {}

  record Negative(Expr operand) implements Expr {}

  record Positive(Expr operand) implements Expr {}

  record Not(Expr operand) implements Expr {}

  record And(Expr left, Expr right) implements Expr {}

  record Or(Expr left, Expr right) implements Expr {}

  /** Arithmetic and {@code ~}. */
  record Binary(String operator, Expr left, Expr right) implements Expr {}

  /** {@code first < a <= b ...} */
  record Comparison(Expr first, List<Comparand> rest) implements Expr {}

  record Comparand(String operator, Expr right) {}

  /** {@code yes if condition else no} */
  record Conditional(Expr condition, Expr yes, Optional<Expr> no) implements Expr {}

  /** What stands in the parentheses of a call. */
  record Parameters(List<Expr> positional, Map<String, Expr> named) {
    static final Parameters NONE = new Parameters(List.of(), Map.of());
  }
}
