package dev.bantam.models.importer;

import java.util.List;
import java.util.Optional;

/**
 * The tokenizer that a GGUF carries: the {@code tokenizer.ggml.*} keys, checked and typed.
 *
 * @param model {@code gpt2} (byte-level BPE with merges) or {@code llama} (SentencePiece with
 *     scores)
 * @param pre the pre-tokenizer's label, e.g. {@code smollm}; {@code default} if absent
 * @param tokens the vocabulary, by id
 * @param scores SentencePiece scores by id; empty if absent
 * @param types ggml's token types by id (1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused,
 *     6 byte); empty if absent
 * @param merges BPE merges, {@code "left right"}, best first; empty if absent
 * @param bos begin-of-text token
 * @param eos end-of-text token
 * @param eot end-of-turn token
 * @param unknown token for what cannot be encoded
 * @param addBos whether a prompt begins with {@code bos}
 * @param addSpacePrefix whether SentencePiece puts a space in front of a text
 * @param trimsAfterSpecial whether the turn markers swallow the white space after them, as Phi-3's
 *     do
 */
public record GgufVocabulary(
    String model,
    String pre,
    List<String> tokens,
    List<Float> scores,
    List<Integer> types,
    List<String> merges,
    Optional<Integer> bos,
    Optional<Integer> eos,
    Optional<Integer> eot,
    Optional<Integer> unknown,
    boolean addBos,
    boolean addSpacePrefix,
    boolean trimsAfterSpecial) {

  public GgufVocabulary {
    tokens = List.copyOf(tokens);
    scores = List.copyOf(scores);
    types = List.copyOf(types);
    merges = List.copyOf(merges);
  }
}
