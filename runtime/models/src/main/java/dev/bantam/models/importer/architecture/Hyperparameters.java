package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import java.util.List;
import java.util.Optional;

/**
 * Reads the keys of one model, {@code ARCHITECTURE.block_count} and so on. They are llama.cpp's
 * (gguf-py/gguf/constants.py in the ggml-org/llama.cpp repository).
 */
public final class Hyperparameters {

  /** Positions that the tables cover at most: beyond, they outgrow a small model's weights. */
  static final int MAX_CONTEXT = 1 << 17;

  /** The key of what norms by the root mean square add. */
  static final String RMS_EPSILON = "attention.layer_norm_rms_epsilon";

  /** The key of what norms by mean and variance add. */
  static final String LAYER_EPSILON = "attention.layer_norm_epsilon";

  private static final int MAX_LAYERS = 1024;
  private static final int MAX_WIDTH = 1 << 18;
  private static final int MAX_HEADS = 1024;
  private static final int MAX_VOCABULARY = 1 << 22;

  /** GroupQueryAttention takes heads whose size is a multiple of this only. */
  private static final int HEAD_SIZE_STEP = 8;

  private final GgufMetadata metadata;
  private final String architecture;

  public Hyperparameters(GgufMetadata metadata, String architecture) {
    this.metadata = metadata;
    this.architecture = architecture;
  }

  /**
   * The sizes that all families have.
   *
   * @param epsilon {@link #RMS_EPSILON} or {@link #LAYER_EPSILON}
   */
  DecoderShape shape(String epsilon) throws ModelException {
    refuseExperts();
    int hidden = require("embedding_length", MAX_WIDTH);
    int heads = require("attention.head_count", MAX_HEADS);
    return new DecoderShape(
        require("block_count", MAX_LAYERS),
        hidden,
        require("feed_forward_length", MAX_WIDTH),
        heads,
        kvHeads(heads),
        headSize(hidden, heads),
        vocabSize(),
        Math.min(require("context_length", Integer.MAX_VALUE), MAX_CONTEXT),
        epsilon(epsilon),
        Optional.empty());
  }

  /** Rotation of all of a head, or of its first elements where the keys say so. */
  Rotary rotary(DecoderShape shape, PairLayout pairs) throws ModelException {
    String key = key("rope.dimension_count");
    int dimensions = metadata.whole(key, 2, shape.headSize()).orElse(shape.headSize());
    if (dimensions % 2 != 0) {
      throw metadata.wrong(key, "%d elements cannot be rotated in pairs".formatted(dimensions));
    }
    return new Rotary(
        "rotary",
        dimensions,
        pairs,
        base("rope.freq_base", 10000),
        factor(),
        1,
        shape.shortContext());
  }

  /** A base of rotary frequencies. */
  double base(String name, double otherwise) throws ModelException {
    double base = real(name, otherwise);
    if (base < 1) {
      throw metadata.wrong(key(name), "%s is less than 1".formatted(base));
    }
    return base;
  }

  /** Positions that a query sees in layers with a window; 0 for all. */
  int window(int otherwise) throws ModelException {
    return whole("attention.sliding_window", otherwise, Integer.MAX_VALUE);
  }

  /** Of so many layers the last sees all positions, and the others a window. */
  int windowPeriod(int otherwise) throws ModelException {
    return metadata.whole(key("attention.sliding_window_pattern"), 1, MAX_LAYERS).orElse(otherwise);
  }

  /** A whole number from 0 to {@code most}. */
  int whole(String name, int otherwise, int most) throws ModelException {
    return metadata.whole(key(name), 0, most).orElse(otherwise);
  }

  /** A number that is not negative. */
  double real(String name, double otherwise) throws ModelException {
    double value = metadata.real(key(name)).orElse(otherwise);
    if (value < 0) {
      throw metadata.wrong(key(name), "%s is negative".formatted(value));
    }
    return value;
  }

  boolean flag(String name, boolean otherwise) throws ModelException {
    return metadata.flag(key(name)).orElse(otherwise);
  }

  private void refuseExperts() throws ModelException {
    String key = key("expert_count");
    if (metadata.whole(key, 0, Integer.MAX_VALUE).orElse(0) > 0) {
      throw metadata.unsupported(
          key, "models with experts are not supported; choose a dense model");
    }
  }

  private int kvHeads(int heads) throws ModelException {
    String key = key("attention.head_count_kv");
    int kvHeads = metadata.whole(key, 1, MAX_HEADS).orElse(heads);
    if (heads % kvHeads != 0) {
      throw metadata.wrong(
          key, "%d query heads cannot share %d key heads evenly".formatted(heads, kvHeads));
    }
    return kvHeads;
  }

  private int headSize(int hidden, int heads) throws ModelException {
    String key = key("attention.key_length");
    Optional<Integer> named = metadata.whole(key, 1, MAX_WIDTH);
    if (named.isEmpty() && hidden % heads != 0) {
      throw metadata.wrong(
          key("attention.head_count"),
          "%d heads do not divide the embedding length %d".formatted(heads, hidden));
    }
    int size = named.orElse(hidden / heads);
    checkSame("attention.value_length", size, "heads whose values differ in size from their keys");
    if (size % HEAD_SIZE_STEP != 0) {
      throw metadata.unsupported(
          key("attention.head_count"),
          "heads have %d elements; supported are multiples of %d".formatted(size, HEAD_SIZE_STEP));
    }
    return size;
  }

  private void checkSame(String name, int size, String what) throws ModelException {
    int other = metadata.whole(key(name), 0, MAX_WIDTH).orElse(size);
    if (other != size) {
      throw metadata.unsupported(
          key(name), "%s (%d of %d) are not supported".formatted(what, other, size));
    }
  }

  /** The vocabulary's size; the shape of the embedding must agree with it. */
  private int vocabSize() throws ModelException {
    Optional<List<String>> tokens = metadata.texts("tokenizer.ggml.tokens");
    Optional<Integer> size = metadata.whole(key("vocab_size"), 1, MAX_VOCABULARY);
    if (tokens.isEmpty() && size.isPresent()) {
      return size.get();
    }
    if (tokens.isEmpty() || tokens.get().isEmpty()) {
      throw metadata.wrong(
          "tokenizer.ggml.tokens", "the file has no vocabulary; choose a GGUF with its tokenizer");
    }
    return tokens.get().size();
  }

  private float epsilon(String name) throws ModelException {
    String key = key(name);
    double epsilon =
        metadata.real(key).orElseThrow(() -> metadata.wrong(key, "the key is missing"));
    if (epsilon < 0 || epsilon > 1) {
      throw metadata.wrong(key, "%s is not between 0 and 1".formatted(epsilon));
    }
    return (float) epsilon;
  }

  private double factor() throws ModelException {
    String typeKey = key("rope.scaling.type");
    String type = metadata.text(typeKey).orElse("linear");
    String key = key("rope.scaling.factor");
    double factor = metadata.real(key).orElse(0.0);
    if (factor == 0) {
      factor = metadata.real(key("rope.scale_linear")).orElse(0.0);
    }
    return switch (type) {
      case "none", "longrope" -> 1;
      case "linear" -> {
        if (factor != 0 && (factor < 1e-3 || factor > 1e6)) {
          throw metadata.wrong(key, "%s is no sensible factor".formatted(factor));
        }
        yield factor == 0 ? 1 : factor;
      }
      default ->
          throw metadata.unsupported(
              typeKey,
              "scaling of rotary positions by \"%s\" is not supported; supported are [none, linear, longrope]"
                  .formatted(type));
    };
  }

  private int require(String name, int most) throws ModelException {
    return metadata.requireWhole(key(name), 1, most);
  }

  private String key(String name) {
    return architecture + "." + name;
  }
}
