package dev.bantam.inference.session;

import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;

/** Reads the file of role {@code config} of a decoder. */
final class DecoderConfigReader {

  private DecoderConfigReader() {}

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the file is not a usable
   *     configuration
   */
  static DecoderConfig read(Path path) throws TaskException {
    ConfigFile file = new ConfigFile(path);
    DecoderConfig config = file.read(DecoderConfig.class);
    file.requireFormat(config.format(), DecoderConfig.FORMAT);
    file.requirePositive("layers", config.layers());
    file.requirePositive("heads", config.heads());
    file.requirePositive("kv_heads", config.kvHeads());
    file.requirePositive("head_size", config.headSize());
    file.requirePositive("hidden_size", config.hiddenSize());
    file.requirePositive("vocab_size", config.vocabSize());
    file.requirePositive("context_length", config.contextLength());
    file.requirePositive("short_context_length", config.shortContextLength().orElse(1));
    return config;
  }
}
