package dev.bantam.models.importer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.EncoderConfig;

/**
 * Writes a {@link DecoderConfig} or {@link EncoderConfig} as JSON: snake_case keys, absent values
 * left out, enums in lower case.
 */
public final class ConfigJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .build();

  private ConfigJson() {}

  public static byte[] write(DecoderConfig config) {
    return json(config);
  }

  public static byte[] write(EncoderConfig config) {
    return json(config);
  }

  private static byte[] json(Object config) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values must be writable", e);
    }
  }
}
