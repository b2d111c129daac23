package dev.bantam.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes expressions. Reaches nothing but the values it is given: no Java object is ever asked.
 */
final class Evaluator {

  private final Budget budget;
  private final Operators operators;
  private final Filters filters;
  private final Tests tests;
  private final Methods methods;

  Evaluator(Budget budget, Environment environment) {
    this.budget = budget;
    this.operators = new Operators(budget);
    this.methods = new Methods(budget, operators);
    this.tests = new Tests(operators);
    this.filters = new Filters(budget, operators, tests, methods, environment);
  }

  Operators operators() {
    return operators;
  }

  Object evaluate(Expr expr, Scope scope) {
    budget.enter();
    budget.step(1);
    Object value = compute(expr, scope);
    budget.leave();
    return value;
  }

  boolean isTrue(Expr expr, Scope scope) {
    return Operators.isTrue(evaluate(expr, scope));
  }

  private Object compute(Expr expr, Scope scope) {
    if (expr instanceof Expr.Literal literal) {
      return literal.value();
    }
    if (expr instanceof Expr.Name name) {
      Object value = scope.find(name.name());
      return value == null ? new Undefined("'" + name.name() + "'") : value;
    }
    if (expr instanceof Expr.Attribute attribute) {
      return methods.attribute(evaluate(attribute.target(), scope), attribute.name());
    }
    if (expr instanceof Expr.Item item) {
      return methods.item(evaluate(item.target(), scope), evaluate(item.index(), scope));
    }
    if (expr instanceof Expr.Slice slice) {
      return slice(slice, scope);
    }
    return computeCall(expr, scope);
  }

  private Object computeCall(Expr expr, Scope scope) {
    if (expr instanceof Expr.Call call) {
      return call(call, scope);
    }
    if (expr instanceof Expr.Filter filter) {
      Object target = evaluate(filter.target(), scope);
      return filters.apply(filter.name(), target, arguments(filter.parameters(), scope));
    }
    if (expr instanceof Expr.Test test) {
      Object target = evaluate(test.target(), scope);
      return tests.check(test.name(), target, arguments(test.parameters(), scope));
    }
    if (expr instanceof Expr.ListOf list) {
      return list(list.items(), scope);
    }
    if (expr instanceof Expr.TupleOf tuple) {
      return new Tuple(list(tuple.items(), scope));
    }
    return expr instanceof Expr.MapOf map ? map(map, scope) : computeOperator(expr, scope);
  }

  private Object computeOperator(Expr expr, Scope scope) {
    if (expr instanceof Expr.Not not) {
      return !isTrue(not.operand(), scope);
    }
    if (expr instanceof Expr.And and) {
      Object left = evaluate(and.left(), scope);
      return Operators.isTrue(left) ? evaluate(and.right(), scope) : left;
    }
    if (expr instanceof Expr.Or or) {
      Object left = evaluate(or.left(), scope);
      return Operators.isTrue(left) ? left : evaluate(or.right(), scope);
    }
    if (expr instanceof Expr.Conditional conditional) {
      return conditional(conditional, scope);
    }
    if (expr instanceof Expr.Comparison comparison) {
      return comparison(comparison, scope);
    }
    if (expr instanceof Expr.Binary binary) {
      Object left = evaluate(binary.left(), scope);
      return operators.binary(binary.operator(), left, evaluate(binary.right(), scope));
    }
    if (expr instanceof Expr.Negative negative) {
      return Arithmetic.negate(evaluate(negative.operand(), scope));
    }
    Object operand = evaluate(((Expr.Positive) expr).operand(), scope);
    return operators.binary("+", 0L, operand);
  }

  private Object conditional(Expr.Conditional conditional, Scope scope) {
    if (isTrue(conditional.condition(), scope)) {
      return evaluate(conditional.yes(), scope);
    }
    return conditional
        .no()
        .map(no -> evaluate(no, scope))
        .orElseGet(() -> new Undefined("an 'if' without 'else' that does not hold"));
  }

  private Object comparison(Expr.Comparison comparison, Scope scope) {
    Object left = evaluate(comparison.first(), scope);
    for (Expr.Comparand comparand : comparison.rest()) {
      Object right = evaluate(comparand.right(), scope);
      if (!operators.compare(comparand.operator(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Object slice(Expr.Slice slice, Scope scope) {
    return Slices.slice(
        evaluate(slice.target(), scope),
        optional(slice.from(), scope),
        optional(slice.to(), scope),
        optional(slice.step(), scope),
        budget);
  }

  private Object optional(Optional<Expr> expr, Scope scope) {
    return expr.map(found -> evaluate(found, scope)).orElse(None.NONE);
  }

  private Object call(Expr.Call call, Scope scope) {
    Object target = evaluate(call.target(), scope);
    if (target instanceof Callable callable) {
      return callable.call(arguments(call.parameters(), scope));
    }
    if (target instanceof Undefined undefined) {
      throw undefined.used();
    }
    throw new TemplateException("a %s cannot be called".formatted(Operators.typeName(target)));
  }

  private Arguments arguments(Expr.Parameters parameters, Scope scope) {
    if (parameters == Expr.Parameters.NONE) {
      return Arguments.NONE;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    parameters.named().forEach((name, value) -> named.put(name, evaluate(value, scope)));
    return new Arguments(list(parameters.positional(), scope), named);
  }

  private List<Object> list(List<Expr> items, Scope scope) {
    budget.elements(items.size());
    List<Object> values = new ArrayList<>(items.size());
    for (Expr item : items) {
      values.add(evaluate(item, scope));
    }
    return values;
  }

  private Map<Object, Object> map(Expr.MapOf map, Scope scope) {
    budget.elements(2L * map.entries().size());
    Map<Object, Object> values = new LinkedHashMap<>();
    for (Expr.Entry entry : map.entries()) {
      Object key = Operators.key(evaluate(entry.key(), scope));
      values.put(key, evaluate(entry.value(), scope));
    }
    return values;
  }

  /** What a loop runs over. */
  List<?> iterate(Object value) {
    return methods.iterate(value);
  }
}
