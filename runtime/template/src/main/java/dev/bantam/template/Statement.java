package dev.bantam.template;

import java.util.List;
import java.util.Optional;

/** A piece of a template, as it was read. Immutable. */
sealed interface Statement {

  /** Where it stands, from 1. */
  int line();

  record Text(int line, String text) implements Statement {}

  record Output(int line, Expr value) implements Statement {}

  /** {@code for targets in items if condition}. */
  record For(
      int line,
      List<String> targets,
      Expr items,
      Optional<Expr> condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  /** The first branch whose condition holds; {@code otherwise} if none does. */
  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expr condition, List<Statement> body) {}

  /** {@code set a, b = value}. */
  record Assign(int line, List<String> targets, Expr value) implements Statement {}

  /** {@code set object.attribute = value}. */
  record AssignAttribute(int line, String object, String attribute, Expr value)
      implements Statement {}

  /** {@code set name | filters}, up to {@code endset}. */
  record AssignBlock(int line, String target, Expr value, List<Statement> body)
      implements Statement {}

  record Macro(int line, String name, List<Parameter> parameters, List<Statement> body)
      implements Statement {}

  record Parameter(String name, Optional<Expr> fallback) {}

  /** {@code with a = 1, b = 2}. */
  record With(int line, List<Binding> bindings, List<Statement> body) implements Statement {}

  record Binding(String name, Expr value) {}

  /** {@code filter name}: {@code value} filters the body's output, which it calls by a name. */
  record FilterBlock(int line, Expr value, List<Statement> body) implements Statement {}

  /** A block without effect of its own. */
  record Group(int line, List<Statement> body) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}

  /** How {@link AssignBlock} and {@link FilterBlock} call the body's output in their value. */
  String BODY = " body";
}
