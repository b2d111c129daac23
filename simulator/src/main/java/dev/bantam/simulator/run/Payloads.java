package dev.bantam.simulator.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Messages of others, which may say anything. */
final class Payloads {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Payloads() {}

  /** A message's JSON; an empty object where it is none. */
  static JsonNode read(byte[] payload) {
    try {
      JsonNode body = JSON.readTree(payload);
      return body == null ? JSON.createObjectNode() : body;
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
