package dev.bantam.plugins.textencoding;

import dev.bantam.format.EncoderConfig;
import dev.bantam.inference.encoder.EncoderBatcher;
import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.inference.tokenizer.TextTokenizer;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.List;

/** The model of a slot with the batcher that its requests meet in. Safe for use by many threads. */
final class Encoder implements AutoCloseable {

  /**
   * Texts of a request, ready to be run.
   *
   * @param inputs one a text
   * @param truncated indexes of those that the model is given the beginning of only
   */
  record Batch(List<EncoderInput> inputs, List<Integer> truncated) {

    int tokens() {
      return inputs.stream().mapToInt(EncoderInput::size).sum();
    }
  }

  private final EncoderModel model;
  private final EncoderBatcher batcher;

  /**
   * @param model closed with this object
   * @param parallel runs at the same time
   */
  Encoder(EncoderModel model, int parallel) {
    this.model = model;
    this.batcher = new EncoderBatcher(model::run, model::runAlone, "bantam-encoder", parallel);
  }

  EncoderConfig config() {
    return model.config();
  }

  TextTokenizer tokenizer() {
    return model.tokenizer();
  }

  /** Tokens of a text at most, special tokens included. */
  int maxTokens() {
    return model.maxTokens();
  }

  /** Tokens of one text's own, without the special ones around it. */
  int room() {
    return model.room();
  }

  /**
   * @param prefix put in front of every text
   */
  Batch prepare(String prefix, List<String> texts, CancellationToken cancellation)
      throws TaskException {
    List<String> prefixed = texts.stream().map(text -> prefix + text).toList();
    List<EncoderInput> inputs = new ArrayList<>(texts.size());
    List<Integer> truncated = new ArrayList<>();
    for (TokenizedText tokens : model.tokenizer().tokenizeAll(prefixed, cancellation)) {
      if (tokens.size() > model.room()) {
        truncated.add(inputs.size());
      }
      inputs.add(model.input(tokens));
    }
    return new Batch(inputs, truncated);
  }

  List<EncoderResult> run(List<EncoderInput> inputs, CancellationToken cancellation)
      throws TaskException {
    return batcher.encode(inputs, cancellation);
  }

  /** Embeddings, one a text, scaled to length 1 if {@code unit}. */
  List<float[]> embeddings(Batch batch, boolean unit, CancellationToken cancellation)
      throws TaskException {
    List<float[]> vectors = new ArrayList<>(batch.inputs().size());
    for (EncoderResult result : run(batch.inputs(), cancellation)) {
      float[] values = ((EncoderResult.Embedding) result).values();
      vectors.add(unit && !config().normalize() ? Vectors.unit(values) : values);
    }
    return vectors;
  }

  @Override
  public void close() {
    batcher.close();
    model.close();
  }
}
