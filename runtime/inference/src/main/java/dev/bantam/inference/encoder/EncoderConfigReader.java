package dev.bantam.inference.encoder;

import dev.bantam.format.EncoderConfig;
import dev.bantam.inference.session.ConfigFile;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;

/** Reads the file of role {@code config} of an encoder. */
final class EncoderConfigReader {

  private EncoderConfigReader() {}

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the file is not a usable
   *     configuration
   */
  static EncoderConfig read(Path path) throws TaskException {
    ConfigFile file = new ConfigFile(path);
    EncoderConfig config = file.read(EncoderConfig.class);
    file.requireFormat(config.format(), EncoderConfig.FORMAT);
    if (config.head() == null || config.pooling() == null) {
      throw file.unusable("has no head or no pooling, so it is no encoder's", null);
    }
    file.requirePositive("hidden_size", config.hiddenSize());
    file.requirePositive("vocab_size", config.vocabSize());
    file.requirePositive("max_tokens", config.maxTokens());
    switch (config.head()) {
      case SEQUENCE, TOKENS -> file.requirePositive("labels", config.labels().size());
      case NONE, SPAN -> {}
    }
    return config;
  }
}
