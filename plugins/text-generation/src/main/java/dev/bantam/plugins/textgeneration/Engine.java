package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;

/** What this plugin needs of a loaded model. Safe for use by many threads. */
interface Engine extends AutoCloseable {

  DecoderConfig config();

  /** Tokens of prompt and answer together. */
  int contextLength();

  /**
   * Memory that an answer takes at most while it is made, in bytes.
   *
   * @param tokens of prompt and answer together
   */
  long bytesFor(long tokens);

  GenerationResult generate(
      int[] prompt, GenerationParameters parameters, EventSink sink, CancellationToken cancellation)
      throws TaskException;

  /**
   * Tries the model.
   *
   * @return tokens a second
   * @throws TaskException if its logits cannot be right
   */
  double tryOut() throws TaskException;

  @Override
  void close();
}
