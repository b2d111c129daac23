package dev.bantam.simulator.scenario;

import dev.bantam.documents.Section;
import dev.bantam.simulator.signal.Effect;
import dev.bantam.simulator.signal.Modifier;
import dev.bantam.simulator.signal.NumberReading;
import dev.bantam.simulator.signal.ReadingSpec;
import dev.bantam.simulator.signal.Signal;
import dev.bantam.simulator.signal.WordReading;
import java.time.Duration;

/** Readings, modifiers and effects of a document that has passed all checks, by their kind. */
final class SignalDecoder {

  private static final Duration AFTERNOON = Duration.ofHours(15);

  private SignalDecoder() {}

  static ReadingSpec reading(Section reading) {
    if (reading.required("kind").equals("words")) {
      return new WordReading(
          reading.texts("values").orElseThrow(),
          reading.text("order").orElse("in-turn").equals("random"));
    }
    return number(reading);
  }

  static NumberReading number(Section reading) {
    return new NumberReading(
        signal(reading),
        reading.list("with").stream().map(SignalDecoder::modifier).toList(),
        reading.integer("decimals").orElse(1),
        reading.text("unit").orElse(""));
  }

  private static Signal signal(Section of) {
    return switch (of.required("kind")) {
      case "constant" -> new Signal.Constant(number(of, "value"));
      case "drift" -> new Signal.Drift(number(of, "start"), number(of, "per_minute"));
      case "ramp" ->
          new Signal.Ramp(
              number(of, "start"), number(of, "per_minute"), number(of, "low"), number(of, "high"));
      case "daily-cycle" ->
          new Signal.DailyCycle(
              number(of, "mean"), number(of, "amplitude"), of.duration("peak").orElse(AFTERNOON));
      case "random-walk" ->
          new Signal.RandomWalk(
              number(of, "start"),
              number(of, "step"),
              of.duration("interval").orElse(Duration.ofSeconds(1)),
              number(of, "low"),
              number(of, "high"));
      case "follow" ->
          new Signal.Follow(
              of.required("group"), of.number("times").orElse(1.0), of.number("plus").orElse(0.0));
      default -> throw unknown(of);
    };
  }

  private static Modifier modifier(Section of) {
    return switch (of.required("kind")) {
      case "noise" -> new Modifier.Noise(number(of, "deviation"));
      case "spikes" -> new Modifier.Spikes(number(of, "chance"), number(of, "height"));
      case "stuck-at" -> new Modifier.StuckAt(number(of, "chance"), lasts(of));
      case "drop-out" -> new Modifier.DropOut(number(of, "chance"), lasts(of));
      case "follow" -> new Modifier.Follow(of.required("group"), of.number("times").orElse(1.0));
      default -> throw unknown(of);
    };
  }

  static Effect effect(Section of) {
    return switch (of.required("kind")) {
      case "shift" -> new Effect.Shift(number(of, "by"));
      case "scale" -> new Effect.Scale(number(of, "times"));
      case "drift" -> new Effect.Drift(number(of, "per_minute"));
      case "stuck-at" -> new Effect.StuckAt();
      case "drop-out" -> new Effect.DropOut();
      case "spikes" -> new Effect.Spikes(number(of, "chance"), number(of, "height"));
      default -> throw unknown(of);
    };
  }

  private static Duration lasts(Section of) {
    return of.duration("for").orElseThrow();
  }

  private static double number(Section of, String key) {
    return of.number(key).orElseThrow();
  }

  private static IllegalStateException unknown(Section of) {
    return new IllegalStateException("the schema lets the kind pass: " + of.required("kind"));
  }
}
