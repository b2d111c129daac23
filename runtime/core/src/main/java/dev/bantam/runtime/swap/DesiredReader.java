package dev.bantam.runtime.swap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bantam.documents.JsonSchema;
import dev.bantam.documents.Quantities;
import dev.bantam.documents.UntrustedJson;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads a {@code desired} message; its form is {@code desired.schema.json}. Any thread. */
public final class DesiredReader {

  private static final String SCHEMA = "/dev/bantam/protocol/desired.schema.json";
  private static final JsonMapper JSON = UntrustedJson.mapper(true);

  private final JsonSchema schema = schema();

  private static JsonSchema schema() {
    try (InputStream json =
        Objects.requireNonNull(DesiredReader.class.getResourceAsStream(SCHEMA))) {
      return JsonSchema.of(JSON.readValue(json, Object.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one message.
   *
   * @throws IllegalArgumentException with all that is wrong with it
   */
  public Desired read(byte[] payload) {
    JsonNode root = parse(payload);
    List<String> problems = schema.problems(root);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    Desired desired =
        new Desired(
            root.get("generation").asLong(),
            text(root, "deployment_id"),
            ModelReference.parse(root.get("model").asText()),
            text(root, "source"),
            text(root, "sha256"),
            text(root, "signature"),
            settings(root.path("policy")));
    if (desired.source().isPresent() && desired.sha256().isEmpty()) {
      throw new IllegalArgumentException(
          "\"source\" needs the \"sha256\" of the release.json that lies there");
    }
    return desired;
  }

  /**
   * Looks through a wish that has no generation yet.
   *
   * @param fields of plain Java values
   * @throws IllegalArgumentException with all that is wrong with it
   */
  public void check(Map<String, Object> fields) {
    Map<String, Object> whole = new LinkedHashMap<>(fields);
    whole.put("generation", 1);
    try {
      Desired unused = read(JSON.writeValueAsBytes(whole));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static JsonNode parse(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is no JSON: " + UntrustedJson.words(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SwapSettings settings(JsonNode policy) {
    SwapSettings defaults = SwapSettings.DEFAULTS;
    return new SwapSettings(
        text(policy, "mode").map(SwapMode::of).orElse(defaults.mode()),
        duration(policy, "drain_timeout").orElse(defaults.drainTimeout()),
        duration(policy, "probation").orElse(defaults.probation()),
        text(policy, "not_before").map(DesiredReader::instant),
        text(policy, "quiet_hours").map(QuietHours::parse),
        number(policy, "min_tokens_per_second"),
        number(policy, "max_error_rate").orElse(defaults.maxErrorRate()),
        policy.path("allow_downgrade").asBoolean(defaults.allowDowngrade()));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "not_before \"%s\" is no time; write it as 2026-01-31T22:00:00Z".formatted(text), e);
    }
  }

  private static Optional<Duration> duration(JsonNode node, String key) {
    return text(node, key).map(Quantities::duration);
  }

  private static Optional<Double> number(JsonNode node, String key) {
    return node.has(key) ? Optional.of(node.get(key).asDouble()) : Optional.empty();
  }

  private static Optional<String> text(JsonNode node, String key) {
    return node.has(key) ? Optional.of(node.get(key).asText()) : Optional.empty();
  }
}
