package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufValue;
import dev.bantam.models.importer.safetensors.NameTable.Form;
import java.util.List;

/**
 * The families of encoders: for each its tensors' names and its configuration's keys. Names are
 * llama.cpp's where it has such. What belongs to the training alone, such as the head that fills in
 * masked words, is left out.
 */
final class EncoderFamilies {

  /** The key of what an MLP does between its products: one of transformers' names. */
  static final String ACTIVATION = "activation";

  private static final NameTable BERT_NAMES =
      NameTable.under("bert.", "model.")
          .with("embeddings.word_embeddings", "token_embd")
          .with("embeddings.position_embeddings", "position_embd")
          .with("embeddings.token_type_embeddings", "token_types")
          .with("embeddings.LayerNorm", "token_embd_norm")
          .with("encoder.layer.*.attention.self.query", "blk.*.attn_q")
          .with("encoder.layer.*.attention.self.key", "blk.*.attn_k")
          .with("encoder.layer.*.attention.self.value", "blk.*.attn_v")
          .with("encoder.layer.*.attention.output.dense", "blk.*.attn_output")
          .with("encoder.layer.*.attention.output.LayerNorm", "blk.*.attn_output_norm")
          .with("encoder.layer.*.intermediate.dense", "blk.*.ffn_up")
          .with("encoder.layer.*.output.dense", "blk.*.ffn_down")
          .with("encoder.layer.*.output.LayerNorm", "blk.*.layer_output_norm")
          .with("pooler.dense", "pooler")
          .with("classifier", "cls")
          .with("qa_outputs", "span")
          .ignoring("(bert\\.)?embeddings\\.position_ids|cls\\..*|.*\\.fit_dense(s\\.\\d+)?\\..*");

  private static final NameTable ROBERTA_NAMES =
      BERT_NAMES
          .movedUnder("roberta.", "xlm-roberta.", "camembert.")
          .with("embeddings.position_embeddings", "position_embd", Form.BEHIND_PADDING)
          .with("classifier.dense", "pooler")
          .with("classifier.out_proj", "cls")
          .ignoring("(.*\\.)?embeddings\\.position_ids|lm_head\\..*");

  private static final NameTable DISTILBERT_NAMES =
      NameTable.under("distilbert.")
          .with("embeddings.word_embeddings", "token_embd")
          .with("embeddings.position_embeddings", "position_embd")
          .with("embeddings.LayerNorm", "token_embd_norm")
          .with("transformer.layer.*.attention.q_lin", "blk.*.attn_q")
          .with("transformer.layer.*.attention.k_lin", "blk.*.attn_k")
          .with("transformer.layer.*.attention.v_lin", "blk.*.attn_v")
          .with("transformer.layer.*.attention.out_lin", "blk.*.attn_output")
          .with("transformer.layer.*.sa_layer_norm", "blk.*.attn_output_norm")
          .with("transformer.layer.*.ffn.lin1", "blk.*.ffn_up")
          .with("transformer.layer.*.ffn.lin2", "blk.*.ffn_down")
          .with("transformer.layer.*.output_layer_norm", "blk.*.layer_output_norm")
          .with("pre_classifier", "pooler")
          .with("classifier", "cls")
          .with("qa_outputs", "span")
          .ignoring("(.*\\.)?embeddings\\.position_ids|vocab_.*");

  static final List<Family> ALL =
      List.of(
          new Family(List.of("bert"), "bert", BERT_NAMES, EncoderFamilies::bert),
          new Family(
              List.of("distilbert"), "distilbert", DISTILBERT_NAMES, EncoderFamilies::distilbert),
          new Family(
              List.of("roberta", "xlm-roberta", "camembert"),
              "roberta",
              ROBERTA_NAMES,
              EncoderFamilies::roberta));

  private EncoderFamilies() {}

  /** The row of RoBERTa's table that the first position has. */
  static int firstPosition(TransformersConfig config) throws ModelException {
    long padding = config.whole("pad_token_id").orElse(1L);
    if (padding < 0 || padding > 1 << 22) {
      throw config.malformed("pad_token_id", "%d is no token's id".formatted(padding));
    }
    return (int) padding + 1;
  }

  private static void bert(Translation target) throws ModelException {
    sizes(target).whole("context_length", "max_position_embeddings");
  }

  private static void roberta(Translation target) throws ModelException {
    int rows = target.require("max_position_embeddings", 1 << 20);
    int first = firstPosition(target.config());
    sizes(target)
        .put("context_length", "max_position_embeddings", new GgufValue.Whole(rows - (long) first));
  }

  private static Translation sizes(Translation target) throws ModelException {
    String positions = target.config().text("position_embedding_type").orElse("absolute");
    if (!positions.equals("absolute")) {
      throw target
          .config()
          .unsupported(
              "position_embedding_type",
              "positions that are not \"absolute\" are not supported; choose another model");
    }
    return target
        .refuse("is_decoder")
        .whole("block_count", "num_hidden_layers")
        .whole("embedding_length", "hidden_size")
        .whole("feed_forward_length", "intermediate_size")
        .whole("attention.head_count", "num_attention_heads")
        .whole("vocab_size", "vocab_size")
        .whole("token_type_count", "type_vocab_size", 2)
        .real("attention.layer_norm_epsilon", "layer_norm_eps", 1e-12)
        .text(ACTIVATION, "hidden_act", "gelu");
  }

  private static void distilbert(Translation target) throws ModelException {
    target
        .whole("block_count", "n_layers")
        .whole("context_length", "max_position_embeddings")
        .whole("embedding_length", "dim")
        .whole("feed_forward_length", "hidden_dim")
        .whole("attention.head_count", "n_heads")
        .whole("vocab_size", "vocab_size")
        .put("attention.layer_norm_epsilon", "model_type", new GgufValue.Real(1e-12))
        .text(ACTIVATION, "activation", "gelu");
  }
}
