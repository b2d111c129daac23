package dev.bantam.inference.generation;

import dev.bantam.inference.tokenizer.TokenTextStream;
import dev.bantam.spi.EventSink;
import java.util.List;

/** Tokens to text to sink, past the stop strings. For one generation, one thread. */
final class AnswerText {

  private final TokenTextStream stream;
  private final StopStrings stops;
  private final EventSink sink;
  private final StringBuilder text = new StringBuilder();

  AnswerText(TokenTextStream stream, List<String> stops, EventSink sink) {
    this.stream = stream;
    this.stops = new StopStrings(stops);
    this.sink = sink;
  }

  /** Adds a token; false if it completed a stop string. */
  boolean add(int token) {
    emit(stops.push(stream.push(token)));
    return !stops.met();
  }

  /** Gives out what was held back; false if that completed a stop string. */
  boolean finish() {
    if (!stops.met()) {
      emit(stops.push(stream.finish()));
    }
    if (!stops.met()) {
      emit(stops.finish());
    }
    return !stops.met();
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  private void emit(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      sink.delta(piece);
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
