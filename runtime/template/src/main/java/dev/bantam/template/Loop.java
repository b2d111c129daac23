package dev.bantam.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code loop} variable of a running {@code for}. */
final class Loop {

  private final List<?> items;
  private final Operators operators;
  private @Nullable Object lastChange;
  private int index;

  Loop(List<?> items, Operators operators) {
    this.items = items;
    this.operators = operators;
  }

  void moveTo(int newIndex) {
    index = newIndex;
  }

  Object attribute(String name) {
    return switch (name) {
      case "index" -> (long) index + 1;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> (long) items.size() - index - 1;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" -> index == 0 ? new Undefined("loop.previtem") : items.get(index - 1);
      case "nextitem" ->
          index == items.size() - 1 ? new Undefined("loop.nextitem") : items.get(index + 1);
      case "cycle" -> (Callable) this::cycle;
      case "changed" -> (Callable) this::changed;
      default -> new Undefined("loop." + name);
    };
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateException("loop.cycle() needs at least one value");
    }
    return values.get(index % values.size());
  }

  private Object changed(Arguments arguments) {
    Tuple now = new Tuple(arguments.positional());
    boolean same = lastChange != null && operators.equal(lastChange, now);
    lastChange = now;
    return !same;
  }
}
