package dev.bantam.format;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What must be known of an encoder to run it: the file of role {@code config} that an importer
 * writes beside the graph. Its JSON writes enums in lower case, as their {@code toString} does.
 *
 * <p>The graph's inputs, batch and sequence free:
 *
 * <ul>
 *   <li>{@code input_ids}: int64 {@code [batch, sequence]}
 *   <li>{@code attention_mask}: int64 {@code [batch, sequence]}, 1 for a token and 0 for padding
 *   <li>{@code token_type_ids}: int64 {@code [batch, sequence]}, only with {@code tokenTypes}
 * </ul>
 *
 * <p>and its outputs, by head; it may have others, which are not asked for:
 *
 * <ul>
 *   <li>{@link Head#NONE}: {@code last_hidden_state}, float {@code [batch, sequence, hidden_size]}
 *   <li>{@link Head#SEQUENCE}: {@code logits}, float {@code [batch, labels]}
 *   <li>{@link Head#TOKENS}: {@code logits}, float {@code [batch, sequence, labels]}
 *   <li>{@link Head#SPAN}: {@code start_logits} and {@code end_logits}, float {@code [batch,
 *       sequence]}
 * </ul>
 *
 * @param format version of this format, {@link #FORMAT}
 * @param architecture the family: {@code bert}, {@code distilbert} or {@code roberta}
 * @param layers transformer blocks
 * @param heads attention heads a layer
 * @param hiddenSize elements of one position's hidden state
 * @param vocabSize rows of the token embedding
 * @param maxTokens tokens of one text that the model takes, special tokens included
 * @param padTokenId token that shorter texts of a batch are filled up with
 * @param tokenTypes whether the graph has {@code token_type_ids}
 * @param head what the graph ends in
 * @param labels names of the head's classes, by index; empty where it has none
 * @param pooling how the hidden states of a text become its embedding
 * @param normalize whether an embedding is scaled to length 1
 * @param prefixes what is put in front of a text of a kind, such as {@code query} to {@code "query:
 *     "}; empty where the model knows no kinds
 */
public record EncoderConfig(
    int format,
    String architecture,
    int layers,
    int heads,
    int hiddenSize,
    int vocabSize,
    int maxTokens,
    int padTokenId,
    boolean tokenTypes,
    Head head,
    List<String> labels,
    Pooling pooling,
    boolean normalize,
    Map<String, String> prefixes) {

  public static final int FORMAT = 1;

  public EncoderConfig {
    labels = List.copyOf(labels);
    prefixes = Map.copyOf(prefixes);
  }

  /** What the graph ends in. */
  public enum Head {
    /** The hidden states: for embeddings. */
    NONE,
    /** One class for a text. */
    SEQUENCE,
    /** One class for each token. */
    TOKENS,
    /** Begin and end of an answer within a text. */
    SPAN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the hidden states of a text become its embedding. */
  public enum Pooling {
    /** Their mean over all tokens, special ones included, padding not. */
    MEAN,
    /** That of the first token. */
    CLS,
    /** That of the last token before the padding. */
    LAST,
    /** Not known; who wants embeddings takes the mean. */
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
