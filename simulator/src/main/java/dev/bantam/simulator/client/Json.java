package dev.bantam.simulator.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON as payloads. */
public final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** An object as UTF-8. */
  public static Buffer write(Map<String, ?> fields) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + fields.keySet(), e);
    }
  }

  /** A message of others, which may say anything; an empty object where it is no JSON. */
  public static JsonNode tree(byte[] payload) {
    try {
      JsonNode body = MAPPER.readTree(payload);
      return body == null ? MAPPER.createObjectNode() : body;
    } catch (IOException e) {
      return MAPPER.createObjectNode();
    }
  }

  /**
   * @throws IOException if it is no JSON object
   */
  static Map<String, Object> read(Buffer payload) throws IOException {
    LinkedHashMap<String, Object> fields =
        MAPPER.readValue(payload.getBytes(), new TypeReference<>() {});
    return fields;
  }
}
