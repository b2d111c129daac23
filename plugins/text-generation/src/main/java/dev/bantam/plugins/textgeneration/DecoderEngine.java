package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.generation.DecoderTrial;
import dev.bantam.inference.generation.GenerationLoop;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.generation.Generator;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import java.util.Optional;

/**
 * A decoder model with its tokenizer. Generations go on together where the graph can do that;
 * otherwise each has a sequence of its own and goes on in its caller's thread.
 */
final class DecoderEngine implements Engine {

  private final DecoderModel model;
  private final Tokenizer tokenizer;
  private final Optional<GenerationLoop> loop;

  /** Takes over the model; the tokenizer stays the caller's. */
  DecoderEngine(DecoderModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.loop =
        model.mostRows() > 1 ? Optional.of(new GenerationLoop(model, tokenizer)) : Optional.empty();
  }

  @Override
  public DecoderConfig config() {
    return model.config();
  }

  @Override
  public int contextLength() {
    return model.contextLength();
  }

  @Override
  public long bytesFor(long tokens) {
    return model.bytesFor(tokens);
  }

  @Override
  public GenerationResult generate(
      int[] prompt, GenerationParameters parameters, EventSink sink, CancellationToken cancellation)
      throws TaskException {
    if (loop.isPresent()) {
      return loop.get().generate(prompt, parameters, sink, cancellation);
    }
    try (Sequence sequence = model.newSequence()) {
      return Generator.generate(sequence, tokenizer, prompt, parameters, sink, cancellation);
    }
  }

  @Override
  public double tryOut() throws TaskException {
    double tokensPerSecond = DecoderTrial.tokensPerSecond(model);
    // So that the first request with something to check need not wait for it.
    boolean unused = model.hasLikeRows();
    return tokensPerSecond;
  }

  @Override
  public void close() {
    loop.ifPresent(GenerationLoop::close);
    model.close();
  }
}
