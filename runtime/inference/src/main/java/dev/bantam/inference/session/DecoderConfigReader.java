package dev.bantam.inference.session;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the file of role {@code config}. */
final class DecoderConfigReader {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private DecoderConfigReader() {}

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the file is not a usable
   *     configuration
   */
  static DecoderConfig read(Path file) throws TaskException {
    DecoderConfig config;
    try {
      config = MAPPER.readValue(file.toFile(), DecoderConfig.class);
    } catch (IOException e) {
      throw unusable(file, "cannot be read: " + e.getMessage(), e);
    }
    check(file, config);
    return config;
  }

  private static void check(Path file, DecoderConfig config) throws TaskException {
    if (config.format() != DecoderConfig.FORMAT) {
      throw unusable(
          file,
          "has format %d, this version of Bantam reads %d; import the model again"
              .formatted(config.format(), DecoderConfig.FORMAT),
          null);
    }
    requirePositive(file, "layers", config.layers());
    requirePositive(file, "heads", config.heads());
    requirePositive(file, "kv_heads", config.kvHeads());
    requirePositive(file, "head_size", config.headSize());
    requirePositive(file, "hidden_size", config.hiddenSize());
    requirePositive(file, "vocab_size", config.vocabSize());
    requirePositive(file, "context_length", config.contextLength());
    requirePositive(file, "short_context_length", config.shortContextLength().orElse(1));
  }

  private static void requirePositive(Path file, String key, int value) throws TaskException {
    if (value < 1) {
      throw unusable(file, "has %s %d; it must be at least 1".formatted(key, value), null);
    }
  }

  private static TaskException unusable(Path file, String what, @Nullable Throwable cause) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE, "model configuration %s %s".formatted(file, what), cause);
  }
}
