package dev.bantam.runtime.event;

/** Takes events to whoever listens. */
public interface Events {

  /** Nobody listens. */
  Events NONE = event -> {};

  /** Tells one. Any thread; returns at once and never fails. */
  void tell(Event event);
}
