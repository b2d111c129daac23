package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufValue;
import dev.bantam.models.importer.safetensors.NameTable.Form;
import java.util.List;
import java.util.stream.Stream;

/**
 * The families that can be imported from transformers' form: for each its tensors' names and its
 * configuration's keys. What llama.cpp's converter does to either is done here, so that one
 * architecture class serves both formats.
 */
final class Families {

  private static final int MAX_SIZE = 1 << 18;

  private static final NameTable LLAMA_NAMES =
      NameTable.under("model.")
          .with("embed_tokens", "token_embd")
          .with("norm", "output_norm")
          .with("lm_head", "output")
          .with("layers.*.input_layernorm", "blk.*.attn_norm")
          .with("layers.*.self_attn.q_proj", "blk.*.attn_q")
          .with("layers.*.self_attn.k_proj", "blk.*.attn_k")
          .with("layers.*.self_attn.v_proj", "blk.*.attn_v")
          .with("layers.*.self_attn.o_proj", "blk.*.attn_output")
          .with("layers.*.post_attention_layernorm", "blk.*.ffn_norm")
          .with("layers.*.mlp.gate_proj", "blk.*.ffn_gate")
          .with("layers.*.mlp.up_proj", "blk.*.ffn_up")
          .with("layers.*.mlp.down_proj", "blk.*.ffn_down")
          .ignoring(".*\\.rotary_emb\\.inv_freq");

  private static final NameTable QWEN_3_NAMES =
      LLAMA_NAMES
          .with("layers.*.self_attn.q_norm", "blk.*.attn_q_norm")
          .with("layers.*.self_attn.k_norm", "blk.*.attn_k_norm");

  private static final NameTable PHI_3_NAMES =
      LLAMA_NAMES
          .with("layers.*.self_attn.qkv_proj", "blk.*.attn_qkv")
          .with("layers.*.mlp.gate_up_proj", "blk.*.ffn_up");

  private static final NameTable GEMMA_2_NAMES =
      LLAMA_NAMES
          .with("layers.*.post_attention_layernorm", "blk.*.post_attention_norm")
          .with("layers.*.pre_feedforward_layernorm", "blk.*.ffn_norm")
          .with("layers.*.post_feedforward_layernorm", "blk.*.post_ffw_norm");

  private static final NameTable GEMMA_3_NAMES =
      GEMMA_2_NAMES
          .movedUnder("language_model.model.", "model.language_model.", "language_model.", "model.")
          .with("layers.*.self_attn.q_norm", "blk.*.attn_q_norm")
          .with("layers.*.self_attn.k_norm", "blk.*.attn_k_norm")
          .ignoring("(model\\.)?(vision_tower|multi_modal_projector)\\..*|.*\\.inv_freq");

  private static final NameTable GPT_2_NAMES =
      NameTable.under("transformer.")
          .with("wte", "token_embd")
          .with("wpe", "position_embd")
          .with("ln_f", "output_norm")
          .with("lm_head", "output")
          .with("h.*.ln_1", "blk.*.attn_norm")
          .with("h.*.attn.c_attn", "blk.*.attn_qkv", Form.TRANSPOSED)
          .with("h.*.attn.c_proj", "blk.*.attn_output", Form.TRANSPOSED)
          .with("h.*.ln_2", "blk.*.ffn_norm")
          .with("h.*.mlp.c_fc", "blk.*.ffn_up", Form.TRANSPOSED)
          .with("h.*.mlp.c_proj", "blk.*.ffn_down", Form.TRANSPOSED)
          .ignoring(".*\\.attn\\.(masked_)?bias");

  private static final NameTable GPT_NEOX_NAMES =
      NameTable.under("gpt_neox.")
          .with("embed_in", "token_embd")
          .with("final_layer_norm", "output_norm")
          .with("embed_out", "output")
          .with("layers.*.input_layernorm", "blk.*.attn_norm")
          .with("layers.*.attention.query_key_value", "blk.*.attn_qkv", Form.HEAD_BY_HEAD)
          .with("layers.*.attention.dense", "blk.*.attn_output")
          .with("layers.*.post_attention_layernorm", "blk.*.ffn_norm")
          .with("layers.*.mlp.dense_h_to_4h", "blk.*.ffn_up")
          .with("layers.*.mlp.dense_4h_to_h", "blk.*.ffn_down")
          .ignoring(".*\\.attention\\.((masked_)?bias|rotary_emb\\.inv_freq)");

  private static final List<Family> DECODERS =
      List.of(
          new Family(List.of("llama", "mistral"), "llama", LLAMA_NAMES, Families::llama),
          new Family(List.of("gpt2"), "gpt2", GPT_2_NAMES, Families::gpt2),
          new Family(List.of("gpt_neox"), "gptneox", GPT_NEOX_NAMES, Families::gptNeox),
          new Family(List.of("phi3"), "phi3", PHI_3_NAMES, Families::phi3),
          new Family(
              List.of("gemma"),
              "gemma",
              LLAMA_NAMES.formOf("norm", Form.LESS_ONE),
              Families::gemma),
          new Family(
              List.of("gemma2"),
              "gemma2",
              GEMMA_2_NAMES.formOf("norm", Form.LESS_ONE),
              Families::gemma2),
          new Family(
              List.of("gemma3_text", "gemma3"),
              "gemma3",
              GEMMA_3_NAMES.formOf("norm", Form.LESS_ONE),
              Families::gemma3),
          new Family(List.of("qwen2"), "qwen2", LLAMA_NAMES, Families::qwen),
          new Family(List.of("qwen3"), "qwen3", QWEN_3_NAMES, Families::qwen));

  private static final List<Family> ALL =
      Stream.concat(DECODERS.stream(), EncoderFamilies.ALL.stream()).toList();

  private Families() {}

  /**
   * Finds the family that a configuration names.
   *
   * @throws ModelException {@code UNSUPPORTED} if it is none of those known
   */
  static Family of(TransformersConfig config) throws ModelException {
    String type =
        config
            .text("model_type")
            .orElseThrow(() -> config.malformed("model_type", "the key is missing"));
    for (Family family : ALL) {
      if (family.modelTypes().contains(type)) {
        return family;
      }
    }
    throw config.unsupported(
        "model_type",
        "\"%s\" is not supported; supported are %s"
            .formatted(
                type.length() <= 40 ? type : type.substring(0, 40),
                ALL.stream().flatMap(family -> family.modelTypes().stream()).toList()));
  }

  /**
   * The family of a model in any format.
   *
   * @param architecture one that can be imported
   */
  static Family ofArchitecture(String architecture) throws ModelException {
    return DECODERS.stream()
        .filter(family -> family.architecture().equals(architecture))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    ModelException.Kind.UNSUPPORTED,
                    "adapters of PEFT are not supported for \"%s\"; supported are %s"
                        .formatted(
                            architecture, DECODERS.stream().map(Family::architecture).toList())));
  }

  private static void llama(Translation target) throws ModelException {
    rmsSizes(target)
        .activation("hidden_act", "silu")
        .whole("attention.sliding_window", "sliding_window");
    RotaryTranslation.apply(target, headSize(target));
  }

  private static void qwen(Translation target) throws ModelException {
    rmsSizes(target).activation("hidden_act", "silu");
    if (target.config().flag("use_sliding_window").orElse(false)) {
      throw target
          .config()
          .unsupported("use_sliding_window", "windows of attention are not supported here");
    }
    RotaryTranslation.apply(target, headSize(target));
  }

  private static void phi3(Translation target) throws ModelException {
    rmsSizes(target)
        .activation("hidden_act", "silu")
        .whole("attention.sliding_window", "sliding_window");
    RotaryTranslation.apply(target, headSize(target));
  }

  private static void gemma(Translation target) throws ModelException {
    gemmaSizes(target);
    RotaryTranslation.apply(target, headSize(target));
  }

  private static void gemma2(Translation target) throws ModelException {
    gemmaSizes(target)
        .whole("attention.sliding_window", "sliding_window", 4096)
        .realOrNull("attn_logit_softcapping", "attn_logit_softcapping")
        .realOrNull("final_logit_softcapping", "final_logit_softcapping");
    queryScale(target);
    windows(target, 2);
    RotaryTranslation.apply(target, headSize(target));
  }

  private static void gemma3(Translation target) throws ModelException {
    gemmaSizes(target)
        .whole("attention.head_count", "num_attention_heads", 8)
        .whole("attention.head_count_kv", "num_key_value_heads", 4)
        .whole("attention.key_length", "head_dim", 256)
        .whole("attention.value_length", "head_dim", 256)
        .whole("context_length", "max_position_embeddings", 131072)
        .whole("vocab_size", "vocab_size", 262208)
        .whole("attention.sliding_window", "sliding_window", 4096)
        .realOrNull("attn_logit_softcapping", "attn_logit_softcapping")
        .realOrNull("final_logit_softcapping", "final_logit_softcapping");
    queryScale(target);
    windows(target, 6);
    int headSize = target.config().has("head_dim") ? target.require("head_dim", MAX_SIZE) : 256;
    RotaryTranslation.applyGlobalAndLocal(target, headSize);
  }

  private static Translation gemmaSizes(Translation target) throws ModelException {
    return rmsSizes(target)
        .activation("hidden_act", "gelu", "gelu_pytorch_tanh")
        .activation("hidden_activation", "gelu", "gelu_pytorch_tanh");
  }

  /**
   * Of how many layers the last sees all positions. Newer files list each layer's kind instead; it
   * must follow that rule.
   */
  private static void windows(Translation target, int usual) throws ModelException {
    TransformersConfig config = target.config();
    List<String> layers = config.texts("layer_types");
    String key = config.has("sliding_window_pattern") ? "sliding_window_pattern" : "layer_types";
    int listed = layers.indexOf("full_attention") + 1;
    long named = config.whole("sliding_window_pattern").orElse((long) usual);
    target.put(
        "attention.sliding_window_pattern",
        key,
        new GgufValue.Whole(listed > 0 ? listed : layers.isEmpty() ? named : layers.size() + 1L));
    for (int layer = 0; layer < layers.size() && listed > 0; layer++) {
      String rule = (layer + 1) % listed == 0 ? "full_attention" : "sliding_attention";
      if (!layers.get(layer).equals(rule)) {
        throw config.unsupported(
            "layer_types",
            "layer %d is not \"%s\"; supported is full attention in each %dth layer alone"
                .formatted(layer, rule, listed));
      }
    }
  }

  /** llama.cpp derives this from a model's size; files do not always say. */
  private static void queryScale(Translation target) throws ModelException {
    double scalar = target.config().real("query_pre_attn_scalar").orElse(256);
    if (scalar <= 0) {
      throw target.config().malformed("query_pre_attn_scalar", "a number above 0 is needed");
    }
    target.put(
        "attention.scale", "query_pre_attn_scalar", new GgufValue.Real(1 / Math.sqrt(scalar)));
  }

  private static void gptNeox(Translation target) throws ModelException {
    sizes(target)
        .activation("hidden_act", "gelu")
        .real("attention.layer_norm_epsilon", "layer_norm_eps", 1e-5)
        .put(
            "use_parallel_residual",
            "use_parallel_residual",
            new GgufValue.Flag(target.config().flag("use_parallel_residual").orElse(true)));
    RotaryTranslation.apply(target, headSize(target));
  }

  private static void gpt2(Translation target) throws ModelException {
    long hidden = target.require("n_embd", MAX_SIZE);
    target
        .activation("activation_function", "gelu_new")
        .whole("block_count", "n_layer")
        .whole("context_length", target.config().has("n_positions") ? "n_positions" : "n_ctx")
        .whole("embedding_length", "n_embd")
        .whole("feed_forward_length", "n_inner", 4 * hidden)
        .whole("attention.head_count", "n_head")
        .whole("vocab_size", "vocab_size")
        .real("attention.layer_norm_epsilon", "layer_norm_epsilon", 1e-5);
    target.refuse("scale_attn_by_inverse_layer_idx");
  }

  private static Translation rmsSizes(Translation target) throws ModelException {
    return sizes(target).real("attention.layer_norm_rms_epsilon", "rms_norm_eps", 1e-6);
  }

  private static Translation sizes(Translation target) throws ModelException {
    return target
        .whole("block_count", "num_hidden_layers")
        .whole("context_length", "max_position_embeddings")
        .whole("embedding_length", "hidden_size")
        .whole("feed_forward_length", "intermediate_size")
        .whole("attention.head_count", "num_attention_heads")
        .whole("attention.head_count_kv", "num_key_value_heads")
        .whole("attention.key_length", "head_dim")
        .whole("attention.value_length", "head_dim")
        .whole("vocab_size", "vocab_size");
  }

  private static int headSize(Translation target) throws ModelException {
    return target.config().has("head_dim")
        ? target.require("head_dim", MAX_SIZE)
        : target.require("hidden_size", MAX_SIZE) / target.require("num_attention_heads", MAX_SIZE);
  }
}
