package dev.bantam.simulator.scenario;

import dev.bantam.simulator.recording.RecordingException;
import dev.bantam.simulator.recording.Row;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * A recorded file that is played again.
 *
 * @param id its name
 * @param file as the scenario names it: CSV with a first line of names, or one JSON object a line
 * @param attachments where the file is found
 * @param outlet how its rows are published
 * @param clock when
 * @param label the field that holds the ground truth, if one does; it is not published
 * @param repeat whether it starts again after its last row
 */
public record ReplaySpec(
    String id,
    String file,
    Attachments attachments,
    Scenario.Outlet outlet,
    Clock clock,
    Optional<String> label,
    boolean repeat) {

  /** When a row is published. */
  public sealed interface Clock {

    /** By a pace that the rows know nothing of. */
    record Even(Duration interval) implements Clock {}

    /**
     * At the time that a row gives, counted from the first row's.
     *
     * @param field that holds it
     * @param unit what it is written in
     * @param speed how many of the file's seconds pass in a second of the scenario
     */
    record Recorded(String field, TimeUnit unit, double speed) implements Clock {

      private static final BigDecimal MILLI = new BigDecimal("0.001");

      /**
       * The time that a row gives, in nanoseconds since any time.
       *
       * @throws RecordingException if it gives none
       */
      public long of(Row row) throws RecordingException {
        return switch (unit) {
          case S -> row.seconds(field, BigDecimal.ONE);
          case MS -> row.seconds(field, MILLI);
          case ISO -> row.instant(field);
        };
      }
    }
  }

  /** How a file writes times. */
  public enum TimeUnit {
    /** Seconds since any time. */
    S,
    /** Milliseconds since any time. */
    MS,
    /** As {@code 2026-01-05T06:00:00Z}. */
    ISO
  }
}
