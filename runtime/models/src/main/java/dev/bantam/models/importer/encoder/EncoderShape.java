package dev.bantam.models.importer.encoder;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.importer.architecture.Activation;

/**
 * Sizes of an encoder.
 *
 * @param layers transformer blocks
 * @param hiddenSize elements of a hidden state
 * @param feedForwardSize width of the MLP
 * @param heads attention heads; they divide {@code hiddenSize}
 * @param vocabSize rows of the token embedding
 * @param positions that a text can have
 * @param tokenTypes rows of the token type embedding; 0 where there is none
 * @param epsilon of the norms
 * @param activation of the MLP
 */
record EncoderShape(
    int layers,
    int hiddenSize,
    int feedForwardSize,
    int heads,
    int vocabSize,
    int positions,
    int tokenTypes,
    float epsilon,
    Activation activation) {

  private static final int MAX_LAYERS = 256;
  private static final int MAX_WIDTH = 1 << 16;
  private static final int MAX_HEADS = 256;
  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int MAX_POSITIONS = 1 << 20;

  /** Reads the keys {@code ARCHITECTURE.block_count} and so on. */
  static EncoderShape of(GgufMetadata metadata, String architecture) throws ModelException {
    String prefix = architecture + ".";
    int hidden = metadata.requireWhole(prefix + "embedding_length", 1, MAX_WIDTH);
    String headKey = prefix + "attention.head_count";
    int heads = metadata.requireWhole(headKey, 1, MAX_HEADS);
    if (hidden % heads != 0) {
      throw metadata.wrong(
          headKey, "%d heads do not divide the hidden size %d".formatted(heads, hidden));
    }
    return new EncoderShape(
        metadata.requireWhole(prefix + "block_count", 1, MAX_LAYERS),
        hidden,
        metadata.requireWhole(prefix + "feed_forward_length", 1, MAX_WIDTH),
        heads,
        metadata.requireWhole(prefix + "vocab_size", 1, MAX_VOCABULARY),
        metadata.requireWhole(prefix + "context_length", 1, MAX_POSITIONS),
        metadata.whole(prefix + "token_type_count", 0, MAX_WIDTH).orElse(0),
        epsilon(metadata, prefix + "attention.layer_norm_epsilon"),
        activation(metadata, prefix + "activation"));
  }

  private static float epsilon(GgufMetadata metadata, String key) throws ModelException {
    double epsilon = metadata.real(key).orElse(1e-12);
    if (epsilon < 0 || epsilon > 1) {
      throw metadata.wrong(key, "%s is not between 0 and 1".formatted(epsilon));
    }
    return (float) epsilon;
  }

  private static Activation activation(GgufMetadata metadata, String key) throws ModelException {
    String name = metadata.text(key).orElse("gelu");
    return switch (name) {
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      case "silu", "swish" -> Activation.SILU;
      default ->
          throw metadata.unsupported(
              key,
              "activation \"%s\" is not supported; supported are [gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu]"
                  .formatted(name.length() <= 40 ? name : name.substring(0, 40)));
    };
  }

  /** Whether a text's tokens are told apart by type, as two texts in one are. */
  boolean hasTokenTypes() {
    return tokenTypes > 1;
  }
}
