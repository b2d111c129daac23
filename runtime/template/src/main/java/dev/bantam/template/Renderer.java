package dev.bantam.template;

import java.util.ArrayList;
import java.util.List;

/** Runs a template once. For one thread. */
final class Renderer {

  /** How a body ended. */
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Evaluator evaluator;
  private final boolean quotes;
  private StringBuilder out = new StringBuilder();

  Renderer(Budget budget, Environment environment) {
    this.quotes = environment.dialect() == Dialect.PROMPT;
    this.budget = budget;
    this.evaluator = new Evaluator(budget, environment);
  }

  String render(List<Statement> statements, Scope scope) {
    run(statements, scope);
    return out.toString();
  }

  private Flow run(List<Statement> statements, Scope scope) {
    budget.enter();
    for (Statement statement : statements) {
      Flow flow = runAtLine(statement, scope);
      if (flow != Flow.NEXT) {
        budget.leave();
        return flow;
      }
    }
    budget.leave();
    return Flow.NEXT;
  }

  private Flow runAtLine(Statement statement, Scope scope) {
    try {
      budget.step(1);
      return run(statement, scope);
    } catch (TemplateException e) {
      throw e.line() == 0 ? new TemplateException(statement.line(), e.reason()) : e;
    }
  }

  private Flow run(Statement statement, Scope scope) {
    if (statement instanceof Statement.Text text) {
      write(text.text());
    } else if (statement instanceof Statement.Output output) {
      write(output(output.value(), evaluator.evaluate(output.value(), scope)));
    } else if (statement instanceof Statement.If branches) {
      return runIf(branches, scope);
    } else if (statement instanceof Statement.For loop) {
      return runFor(loop, scope);
    } else if (statement instanceof Statement.Group group) {
      return run(group.body(), scope);
    } else if (statement instanceof Statement.With with) {
      return runWith(with, scope);
    } else if (statement instanceof Statement.FilterBlock filter) {
      Scope inner = new Scope(scope);
      inner.set(Statement.BODY, capture(filter.body(), inner));
      write(PythonText.str(evaluator.evaluate(filter.value(), inner), budget));
    } else if (statement instanceof Statement.Break) {
      return Flow.BREAK;
    } else if (statement instanceof Statement.Continue) {
      return Flow.CONTINUE;
    } else {
      assign(statement, scope);
    }
    return Flow.NEXT;
  }

  private void assign(Statement statement, Scope scope) {
    if (statement instanceof Statement.Assign assign) {
      bind(assign.targets(), evaluator.evaluate(assign.value(), scope), scope);
    } else if (statement instanceof Statement.AssignAttribute assign) {
      if (!(scope.find(assign.object()) instanceof Namespace namespace)) {
        throw new TemplateException(
            "\"%s\" is no namespace, so no attribute of it can be set".formatted(assign.object()));
      }
      namespace.attributes().put(assign.attribute(), evaluator.evaluate(assign.value(), scope));
    } else if (statement instanceof Statement.AssignBlock block) {
      Scope inner = new Scope(scope);
      inner.set(Statement.BODY, capture(block.body(), inner));
      scope.set(block.target(), evaluator.evaluate(block.value(), inner));
    } else if (statement instanceof Statement.Macro macro) {
      scope.set(macro.name(), (Callable) arguments -> call(macro, arguments, scope));
    }
  }

  private String output(Expr expression, Object value) {
    return quotes && value instanceof String text && !Quoting.isOwnText(expression)
        ? Quoting.quoted(text, budget)
        : PythonText.str(value, budget);
  }

  private void write(String text) {
    budget.step(1 + text.length() / 64);
    budget.output((long) out.length() + text.length());
    out.append(text);
  }

  /** What a body writes, kept out of the result. */
  private String capture(List<Statement> body, Scope scope) {
    StringBuilder outer = out;
    out = new StringBuilder();
    run(body, scope);
    String text = out.toString();
    out = outer;
    budget.text(text.length());
    return text;
  }

  private Flow runIf(Statement.If branches, Scope scope) {
    for (Statement.Branch branch : branches.branches()) {
      if (evaluator.isTrue(branch.condition(), scope)) {
        return run(branch.body(), scope);
      }
    }
    return run(branches.otherwise(), scope);
  }

  private Flow runFor(Statement.For loop, Scope scope) {
    List<?> items = select(loop, evaluator.iterate(evaluator.evaluate(loop.items(), scope)), scope);
    if (items.isEmpty()) {
      return run(loop.otherwise(), scope);
    }
    Loop state = new Loop(items, evaluator.operators());
    for (int i = 0; i < items.size(); i++) {
      state.moveTo(i);
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      bind(loop.targets(), items.get(i), inner);
      if (run(loop.body(), inner) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NEXT;
  }

  private List<?> select(Statement.For loop, List<?> items, Scope scope) {
    if (loop.condition().isEmpty()) {
      return items;
    }
    budget.elements(items.size());
    List<Object> selected = new ArrayList<>();
    for (Object item : items) {
      Scope inner = new Scope(scope);
      bind(loop.targets(), item, inner);
      if (evaluator.isTrue(loop.condition().get(), inner)) {
        selected.add(item);
      }
    }
    return selected;
  }

  private void bind(List<String> targets, Object value, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.get(0), value);
      return;
    }
    List<?> parts = evaluator.iterate(value);
    if (parts.size() != targets.size()) {
      throw new TemplateException(
          "%d values do not fit %d names".formatted(parts.size(), targets.size()));
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(targets.get(i), parts.get(i));
    }
  }

  private Flow runWith(Statement.With with, Scope scope) {
    Scope inner = new Scope(scope);
    for (Statement.Binding binding : with.bindings()) {
      inner.set(binding.name(), evaluator.evaluate(binding.value(), scope));
    }
    return run(with.body(), inner);
  }

  private Object call(Statement.Macro macro, Arguments arguments, Scope definedIn) {
    int most = macro.parameters().size();
    if (arguments.positional().size() > most) {
      throw new TemplateException(
          "the macro \"%s\" takes at most %d parameters".formatted(macro.name(), most));
    }
    Scope inner = new Scope(definedIn);
    for (int i = 0; i < most; i++) {
      Statement.Parameter parameter = macro.parameters().get(i);
      Object value =
          arguments
              .find(i, parameter.name())
              .or(() -> parameter.fallback().map(fallback -> evaluator.evaluate(fallback, inner)))
              .orElseGet(() -> new Undefined("'" + parameter.name() + "'"));
      inner.set(parameter.name(), value);
    }
    return capture(macro.body(), inner);
  }
}
