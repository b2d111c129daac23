package dev.bantam.inference.session;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of role {@code config}: a record's components as JSON, in snake case, enums in either
 * case. Keys that the record does not have are for newer versions of Bantam.
 *
 * @param path the file; every message names it
 */
public record ConfigFile(Path path) {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if it holds no such record
   */
  public <T extends Record> T read(Class<T> type) throws TaskException {
    try {
      return MAPPER.readValue(path.toFile(), type);
    } catch (IOException e) {
      throw unusable("cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the formats differ
   */
  public void requireFormat(int found, int known) throws TaskException {
    if (found != known) {
      throw unusable(
          "has format %d, this version of Bantam reads %d; import the model again"
              .formatted(found, known),
          null);
    }
  }

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if {@code value} is below 1
   */
  public void requirePositive(String key, int value) throws TaskException {
    if (value < 1) {
      throw unusable("has %s %d; it must be at least 1".formatted(key, value), null);
    }
  }

  /** A failure about this file. */
  public TaskException unusable(String what, @Nullable Throwable cause) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE, "model configuration %s %s".formatted(path, what), cause);
  }
}
