package dev.bantam.simulator.recording;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * One row of a recorded file.
 *
 * @param line where it begins, from 1
 * @param fields by name; a value that is not there is missing
 */
public record Row(int line, ObjectNode fields) {

  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

  /**
   * The field as seconds.
   *
   * @param secondsPerUnit e.g. 0.001 where it holds milliseconds
   * @return in nanoseconds
   * @throws RecordingException if it is no number
   */
  public long seconds(String field, BigDecimal secondsPerUnit) throws RecordingException {
    String text = text(field);
    try {
      return new BigDecimal(text)
          .multiply(secondsPerUnit)
          .multiply(NANOS_PER_SECOND)
          .toBigInteger()
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new RecordingException(
          line, "%s: \"%s\" is no number; is its unit iso?".formatted(field, text), e);
    }
  }

  /**
   * The field as a date and time; without a zone it is UTC.
   *
   * @return in nanoseconds since 1970
   * @throws RecordingException if it is none
   */
  public long instant(String field) throws RecordingException {
    String text = text(field);
    try {
      Instant time =
          text.matches(".*(?:Z|[+-]\\d\\d:\\d\\d)")
              ? OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()
              : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
      return Math.addExact(
          Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      throw new RecordingException(
          line,
          "%s: \"%s\" is no date and time such as 2026-01-05T06:00:00Z".formatted(field, text),
          e);
    }
  }

  private String text(String field) throws RecordingException {
    if (!fields.hasNonNull(field)) {
      throw new RecordingException(line, "the row has no " + field, null);
    }
    return fields.get(field).asText();
  }
}
