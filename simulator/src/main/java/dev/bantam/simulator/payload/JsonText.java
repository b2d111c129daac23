package dev.bantam.simulator.payload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Writes JSON objects as bytes. */
final class JsonText {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** What writes the fields of an object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] object(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** As readings, but the words true and false are JSON's. */
  static void readingsWithBooleans(JsonGenerator json, Map<String, Reading> readings)
      throws IOException {
    for (Map.Entry<String, Reading> entry : readings.entrySet()) {
      String text = entry.getValue().text();
      if (text.equals("true") || text.equals("false")) {
        json.writeBooleanField(entry.getKey(), text.equals("true"));
      } else {
        readings(json, Map.of(entry.getKey(), entry.getValue()), UnaryOperator.identity());
      }
    }
  }

  static void readings(
      JsonGenerator json, Map<String, Reading> readings, UnaryOperator<String> names)
      throws IOException {
    for (Map.Entry<String, Reading> entry : readings.entrySet()) {
      json.writeFieldName(names.apply(entry.getKey()));
      if (entry.getValue().number()) {
        json.writeNumber(entry.getValue().text());
      } else {
        json.writeString(entry.getValue().text());
      }
    }
  }
}
