package dev.bantam.simulator.recording;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A recorded file that is being read: CSV (RFC 4180) whose first line has the names, or one JSON
 * object a line. In CSV an empty value is missing, and what is written like a JSON number is one.
 */
public final class Recording implements AutoCloseable {

  /** What names of recorded files end with. */
  public static final List<String> ENDINGS = List.of(".csv", ".jsonl", ".ndjson");

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,30})(?:\\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MappingIterator<?> rows;

  /** In CSV a row's first token is what ends the line before it. */
  private final int linesAhead;

  private Recording(MappingIterator<?> rows, int linesAhead) {
    this.rows = rows;
    this.linesAhead = linesAhead;
  }

  /**
   * Starts reading.
   *
   * @param name whose ending says what it is
   * @param in is closed with the recording
   */
  public static Recording open(String name, InputStream in) throws IOException {
    if (name.endsWith(".csv")) {
      CsvSchema names = CsvSchema.emptySchema().withHeader().withStrictHeaders(true);
      return new Recording(
          new CsvMapper().readerForMapOf(String.class).with(names).readValues(in), 1);
    }
    return new Recording(JSON.readerFor(JsonNode.class).readValues(in), 0);
  }

  /**
   * The next row.
   *
   * @return empty after the last
   * @throws RecordingException if it is none
   */
  public Optional<Row> next() throws IOException, RecordingException {
    try {
      if (!rows.hasNextValue()) {
        return Optional.empty();
      }
      int line = line(rows.getParser().currentTokenLocation()) + linesAhead;
      return Optional.of(new Row(line, fields(line, rows.nextValue())));
    } catch (JsonProcessingException e) {
      throw new RecordingException(line(e.getLocation()), e.getOriginalMessage(), e);
    } catch (RuntimeJsonMappingException e) {
      throw new RecordingException(
          line(rows.getCurrentLocation()), String.valueOf(e.getMessage()), e);
    }
  }

  private static ObjectNode fields(int line, Object row) throws RecordingException {
    if (row instanceof ObjectNode object) {
      return object;
    }
    if (!(row instanceof Map<?, ?> map)) {
      throw new RecordingException(line, "the line holds no JSON object", null);
    }
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    map.forEach(
        (name, value) -> {
          String text = String.valueOf(value);
          if (NUMBER.matcher(text).matches()) {
            fields.set(String.valueOf(name), DecimalNode.valueOf(new BigDecimal(text)));
          } else if (!text.isEmpty()) {
            fields.put(String.valueOf(name), text);
          }
        });
    return fields;
  }

  private static int line(JsonLocation location) {
    return location == null ? 1 : Math.max(1, location.getLineNr());
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
