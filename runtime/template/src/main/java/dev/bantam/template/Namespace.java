package dev.bantam.template;

import java.util.Map;

/** What {@code namespace()} makes: the one object whose attributes a template may set. */
record Namespace(Map<String, Object> attributes) {

  /** By identity: a namespace may hold itself. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "<Namespace>";
  }
}
