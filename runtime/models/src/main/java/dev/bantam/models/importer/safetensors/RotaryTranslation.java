package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufValue;
import java.util.Optional;

/**
 * Rotary positions: {@code rope_theta} with {@code rope_scaling}, as transformers wrote them up to
 * version 4, or {@code rope_parameters}, as it does since. The formulas are those of its
 * modeling_rope_utils.
 */
final class RotaryTranslation {

  private static final String NEW = "rope_parameters";
  private static final String OLD = "rope_scaling";
  private static final double DEFAULT_BASE = 10000;
  private static final int MAX_LENGTH = 1 << 28;

  private final Translation target;
  private final TransformersConfig config;
  private final TransformersConfig parameters;
  private final int headSize;

  private RotaryTranslation(Translation target, TransformersConfig parameters, int headSize) {
    this.target = target;
    this.config = target.config();
    this.parameters = parameters;
    this.headSize = headSize;
  }

  /**
   * Puts the keys of the one kind of rotation that a model has.
   *
   * @param headSize elements of a head
   */
  static void apply(Translation target, int headSize) throws ModelException {
    TransformersConfig parameters = parameters(target.config());
    RotaryTranslation rotary = new RotaryTranslation(target, parameters, headSize);
    rotary.base("rope.freq_base", "rope_theta", DEFAULT_BASE);
    rotary.scaling(rotary.dimensions());
  }

  /** As {@link #apply}, for Gemma 3, whose layers with a window have a rotation of their own. */
  static void applyGlobalAndLocal(Translation target, int headSize) throws ModelException {
    TransformersConfig parameters = parameters(target.config());
    Optional<TransformersConfig> global = parameters.object("full_attention");
    RotaryTranslation rotary = new RotaryTranslation(target, global.orElse(parameters), headSize);
    rotary.base("rope.freq_base", "rope_theta", 1e6);
    rotary.scaling(rotary.dimensions());
    Optional<TransformersConfig> local = parameters.object("sliding_attention");
    new RotaryTranslation(target, local.orElse(parameters), headSize)
        .base(
            "rope.freq_base_swa",
            local.isPresent() ? "rope_theta" : "rope_local_base_freq",
            DEFAULT_BASE);
  }

  private static TransformersConfig parameters(TransformersConfig config) throws ModelException {
    Optional<TransformersConfig> newer = config.object(NEW);
    if (newer.isPresent()) {
      return newer.get();
    }
    return config.object(OLD).orElse(config);
  }

  private void base(String key, String name, double absent) throws ModelException {
    double base = parameters.real(name).orElse(config.real(name).orElse(absent));
    target.put(key, name, new GgufValue.Real(base));
  }

  /** Elements of a head that are turned. */
  private int dimensions() throws ModelException {
    String name = "partial_rotary_factor";
    double part =
        parameters.real(name).orElse(config.real(name).orElse(config.real("rotary_pct").orElse(1)));
    int dimensions = (int) (part * headSize);
    if (dimensions < 2 || dimensions > headSize) {
      throw config.malformed(name, "%s of a head cannot be turned".formatted(part));
    }
    target.put("rope.dimension_count", name, new GgufValue.Whole(dimensions));
    return dimensions;
  }

  private void scaling(int dimensions) throws ModelException {
    String type = type();
    switch (type) {
      case "default" -> {}
      case "linear" -> {
        scalingType("linear");
        target.put("rope.scaling.factor", NEW, new GgufValue.Real(require("factor")));
      }
      case "llama3" -> target.tensor("rope_freqs.weight", llama3(dimensions));
      case "longrope", "su" -> longRope(dimensions);
      default ->
          throw parameters.unsupported(
              "rope_type",
              "scaling of rotary positions by \"%s\" is not supported; supported are [default, linear, llama3, longrope]"
                  .formatted(type));
    }
  }

  private String type() throws ModelException {
    if (parameters == config) {
      return "default";
    }
    Optional<String> type = parameters.text("rope_type");
    return type.isPresent() ? type.get() : parameters.text("type").orElse("default");
  }

  private void scalingType(String type) {
    target.put("rope.scaling.type", NEW, new GgufValue.Text(type));
  }

  /** What each pair's frequency is divided by (Llama 3.1's scaling of long waves). */
  private float[] llama3(int dimensions) throws ModelException {
    double base = parameters.real("rope_theta").orElse(config.real("rope_theta").orElse(5e5));
    double factor = require("factor");
    double low = require("low_freq_factor");
    double high = require("high_freq_factor");
    double original = require("original_max_position_embeddings");
    if (high <= low) {
      throw parameters.malformed("high_freq_factor", "it must be above low_freq_factor");
    }
    float[] divisors = new float[dimensions / 2];
    for (int i = 0; i < divisors.length; i++) {
      double wave = 2 * Math.PI * Math.pow(base, 2.0 * i / dimensions);
      double smooth = (original / wave - low) / (high - low);
      double kept = Math.max(0, Math.min(1, smooth));
      divisors[i] = (float) (1 / ((1 - kept) / factor + kept));
    }
    return divisors;
  }

  /** Two sets of divisors, for texts up to the original length and beyond it. */
  private void longRope(int dimensions) throws ModelException {
    target.tensor("rope_factors_long.weight", parameters.reals("long_factor", dimensions / 2));
    target.tensor("rope_factors_short.weight", parameters.reals("short_factor", dimensions / 2));
    String name = "original_max_position_embeddings";
    long original = parameters.whole(name).orElse(config.whole(name).orElse(0L));
    if (original < 2 || original > MAX_LENGTH) {
      throw config.malformed(name, "%d is no sensible length".formatted(original));
    }
    scalingType("longrope");
    target.put("rope.scaling.original_context_length", name, new GgufValue.Whole(original));
    target.put("rope.scaling.attn_factor", NEW, new GgufValue.Real(attentionFactor(original)));
  }

  private double attentionFactor(long original) throws ModelException {
    if (parameters.has("attention_factor")) {
      return require("attention_factor");
    }
    double factor =
        parameters.has("factor")
            ? require("factor")
            : (double) target.require("max_position_embeddings", MAX_LENGTH) / original;
    return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  }

  private double require(String name) throws ModelException {
    double value = parameters.real(name).orElse(0);
    if (value <= 0 || value > 1e9) {
      throw parameters.malformed(name, "a number above 0 is needed");
    }
    return value;
  }
}
