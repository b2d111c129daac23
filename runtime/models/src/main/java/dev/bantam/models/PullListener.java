package dev.bantam.models;

/** Follows a pull. Called by the pulling thread. */
@FunctionalInterface
public interface PullListener {

  /** Listens to nothing. */
  PullListener NONE = event -> {};

  void event(PullEvent event);
}
