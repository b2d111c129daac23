package dev.bantam.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The published JSON Schemas of what a device sends. */
public final class PublishedSchemas {

  private PublishedSchemas() {}

  /**
   * What a message does not keep of its schema.
   *
   * @param kind {@code answer}, {@code chunk}, {@code error}, {@code event}, {@code reported},
   *     {@code status} or {@code telemetry}
   */
  public static List<String> problems(String kind, JsonNode message) {
    return read(kind).validate(message).stream().map(error -> kind + ": " + error).toList();
  }

  /** Which of the schemas an answer's payload should keep. */
  public static String kindOf(JsonNode payload) {
    return payload.has("error") ? "error" : payload.has("delta") ? "chunk" : "answer";
  }

  public static JsonNode json(String kind) {
    try (InputStream in =
        PublishedSchemas.class.getResourceAsStream(
            "/dev/bantam/protocol/" + kind + ".schema.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema read(String kind) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(json(kind));
  }
}
