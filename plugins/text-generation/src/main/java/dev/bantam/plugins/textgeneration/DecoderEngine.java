package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.generation.DecoderTrial;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.generation.Generator;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;

/** A decoder model with its tokenizer; each generation has a sequence of its own. */
record DecoderEngine(DecoderModel model, Tokenizer tokenizer) implements Engine {

  @Override
  public DecoderConfig config() {
    return model.config();
  }

  @Override
  public int contextLength() {
    return model.contextLength();
  }

  @Override
  public GenerationResult generate(
      int[] prompt, GenerationParameters parameters, EventSink sink, CancellationToken cancellation)
      throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      return Generator.generate(sequence, tokenizer, prompt, parameters, sink, cancellation);
    }
  }

  @Override
  public double tryOut() throws TaskException {
    return DecoderTrial.tokensPerSecond(model);
  }

  @Override
  public void close() {
    model.close();
  }
}
