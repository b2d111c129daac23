package dev.bantam.plugins.textgeneration;

import dev.bantam.spi.EventSink;

/**
 * Leaves out the white space that an answer begins with: after {@code A:} a model writes a space
 * first, which is the prompt's rather than the answer's. For one generation.
 */
final class FirstSpace implements EventSink {

  private final EventSink sink;
  private boolean begun;

  FirstSpace(EventSink sink) {
    this.sink = sink;
  }

  @Override
  public void delta(String text) {
    String rest = begun ? text : text.stripLeading();
    begun |= !rest.isEmpty();
    if (!rest.isEmpty()) {
      sink.delta(rest);
    }
  }
}
