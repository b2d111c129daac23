package dev.bantam.template;

import java.util.AbstractList;
import java.util.List;

/** A list that prints with parentheses. Immutable. */
final class Tuple extends AbstractList<Object> {

  private final List<Object> items;

  Tuple(List<Object> items) {
    this.items = items;
  }

  static Tuple of(Object... items) {
    return new Tuple(List.of(items));
  }

  @Override
  public Object get(int index) {
    return items.get(index);
  }

  @Override
  public int size() {
    return items.size();
  }
}
