package dev.bantam.format;

import java.util.List;
import java.util.Optional;

/**
 * What the generation loop must know of a decoder-only model: the file of role {@code config} that
 * an importer writes beside the graph.
 *
 * <p>The graph that goes with it has one of two forms. Bantam's own, which importers of weights
 * make. Batch is 1, but where each sequence takes one token there may be several, of different
 * lengths, if the graph's own sizes leave it open (those of older imports are 1):
 *
 * <ul>
 *   <li>{@code input_ids}: int64 {@code [batch, sequence]}
 *   <li>{@code seqlens_k}: int32 {@code [batch]}, past length + sequence - 1 of each
 *   <li>{@code total_sequence_length}: int32 scalar {@code []}, past length + sequence of the
 *       longest
 *   <li>{@code position_offset}: int64 {@code [1]}, only where {@code shortContextLength} is given:
 *       {@code shortContextLength} if the sequence is, or is about to become, longer than that, and
 *       0 otherwise. Keys are cached as one of the two turns them: a cache that was made with the
 *       other is of no use
 *   <li>{@code logits_rows}: int64 {@code [1]}, for how many of the last positions of all
 *       sequences, one after the other, logits are wanted
 *   <li>{@code past_key_values.N.key}, {@code .value}: float or int8 {@code [batch, kv_heads,
 *       capacity, head_size]}, written in place when the same buffer is given as {@code
 *       present.N.key}, {@code .value}. Scales of int8 are the graph's own
 *   <li>{@code logits}: float {@code [1, logits_rows, vocab_size]}
 * </ul>
 *
 * <p>Or that of exports as Optimum, onnx-community and onnxruntime-genai lay them out; batch is 1:
 *
 * <ul>
 *   <li>{@code input_ids}: int64 {@code [1, sequence]}
 *   <li>{@code attention_mask}: int64 {@code [1, past + sequence]}, all ones; optional
 *   <li>{@code position_ids}: int64 {@code [1, sequence]}, from the past's length on; optional
 *   <li>{@code num_logits_to_keep}: int64 scalar {@code []}, as {@code logits_rows} above; optional
 *   <li>{@code past_key_values.N.key}, {@code .value}: float or float16 {@code [1, kv_heads, past,
 *       head_size]}; {@code present.N.key}, {@code .value} are longer by the sequence, or are
 *       written in place if the graph does that
 *   <li>{@code logits}: float or float16 {@code [1, sequence, vocab_size]}, or the rows to keep
 * </ul>
 *
 * @param format version of this format, {@link #FORMAT}
 * @param architecture the family, as GGUF's {@code general.architecture} names it, e.g. {@code
 *     llama}
 * @param layers transformer blocks
 * @param heads query heads a layer
 * @param kvHeads key and value heads a layer
 * @param headSize elements of one head
 * @param hiddenSize elements of one position's hidden state
 * @param vocabSize rows of the logits
 * @param contextLength tokens that the model was trained for, and that the graph's position tables
 *     cover
 * @param shortContextLength up to which length of the sequence the first of the graph's two sets of
 *     position tables serves; empty where there is one set
 * @param bosTokenId begin-of-text token
 * @param addBos whether a raw prompt (not a chat template's output) begins with {@code bosTokenId}
 * @param stopTokenIds tokens that end a generation: end of text, end of turn
 * @param bosToken the text of {@code bosTokenId}, for the template's {@code bos_token}
 * @param eosToken the text of the end-of-text token, for the template's {@code eos_token}
 * @param chatTemplate the model's own Jinja template; empty for plain completion models
 * @param promptFormat how the tasks' prompts are written for the model, e.g. {@code dolly}, where
 *     that is known; otherwise the plugin decides
 */
public record DecoderConfig(
    int format,
    String architecture,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int hiddenSize,
    int vocabSize,
    int contextLength,
    Optional<Integer> shortContextLength,
    Optional<Integer> bosTokenId,
    boolean addBos,
    List<Integer> stopTokenIds,
    Optional<String> bosToken,
    Optional<String> eosToken,
    Optional<String> chatTemplate,
    Optional<String> promptFormat) {

  public static final int FORMAT = 1;

  public DecoderConfig {
    stopTokenIds = List.copyOf(stopTokenIds);
  }
}
