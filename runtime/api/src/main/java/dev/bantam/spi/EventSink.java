package dev.bantam.spi;

/**
 * Receives an answer's pieces while it is made. Called by one thread at a time, not always the
 * handler's own, before the handler returns; never blocks long.
 */
@FunctionalInterface
public interface EventSink {

  /** The next piece of text: whole characters, never half of a UTF-8 sequence, never empty. */
  void delta(String text);
}
