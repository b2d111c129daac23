package dev.bantam.models.importer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.EncoderConfig;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a {@link DecoderConfig} or {@link EncoderConfig} as JSON, and reads them: snake_case keys,
 * absent values left out, enums in lower case, maps by their keys: the same model makes the same
 * bytes.
 */
public final class ConfigJson {

  /** A key that the configuration of every decoder has, and no other. */
  public static final String OF_DECODERS = "stop_token_ids";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .build();

  private ConfigJson() {}

  public static byte[] write(DecoderConfig config) {
    return json(config);
  }

  public static byte[] write(EncoderConfig config) {
    return json(config);
  }

  /**
   * Reads the configuration of a decoder; empty if it is another's.
   *
   * @throws ModelException {@code CORRUPT} if the file cannot be read
   */
  public static Optional<DecoderConfig> readDecoder(Path file) throws ModelException {
    return read(file, true, DecoderConfig.class);
  }

  /**
   * Reads the configuration of an encoder; empty if it is another's.
   *
   * @throws ModelException {@code CORRUPT} if the file cannot be read
   */
  public static Optional<EncoderConfig> readEncoder(Path file) throws ModelException {
    return read(file, false, EncoderConfig.class);
  }

  private static <T> Optional<T> read(Path file, boolean ofDecoder, Class<T> type)
      throws ModelException {
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      return tree.has(OF_DECODERS) == ofDecoder
          ? Optional.of(JSON.treeToValue(tree, type))
          : Optional.empty();
    } catch (IOException e) {
      throw new ModelException(
          Kind.CORRUPT, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  private static byte[] json(Object config) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values must be writable", e);
    }
  }
}
