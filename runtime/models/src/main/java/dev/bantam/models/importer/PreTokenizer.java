package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a byte-level BPE vocabulary cuts text into words before it merges. A GGUF only carries the
 * rule's label ({@code tokenizer.ggml.pre}); what the label stands for is defined by llama.cpp's
 * vocabulary loader, and the patterns here split as that does. Patterns apply one after the other,
 * each to the pieces that the one before has left.
 */
enum PreTokenizer {
  GPT_2(
      List.of("gpt-2", "jais", "mpt", "olmo", "phi-2"),
      List.of(Patterns.GPT_2),
      Whole.AFTER_MERGES),
  DIGITS_THEN_GPT_2(
      List.of("codeshell", "command-r", "exaone", "refact", "smollm", "starcoder"),
      List.of("\\p{N}", Patterns.GPT_2),
      Whole.AFTER_MERGES),
  LLAMA_3(
      List.of("falcon3", "glm4", "llama-bpe", "llama-v3", "llama3"),
      List.of(Patterns.LLAMA_3),
      Whole.BEFORE_MERGES),
  LLAMA_3_MERGED(
      List.of("chatglm-bpe", "dbrx", "smaug-bpe"), List.of(Patterns.LLAMA_3), Whole.AFTER_MERGES),
  QWEN_2(
      List.of("deepseek-r1-qwen", "megrez", "qwen2", "stablelm2"),
      List.of(Patterns.LLAMA_3.replace("\\p{N}{1,3}", "\\p{N}")),
      Whole.AFTER_MERGES),
  FALCON(
      List.of("falcon"),
      List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", Patterns.GPT_2, "[0-9][0-9][0-9]"),
      Whole.AFTER_MERGES),
  DEFAULT(
      List.of("default"),
      List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", Patterns.GPT_2, "\\p{N}+", "[0-9][0-9][0-9]"),
      Whole.AFTER_MERGES);

  /** When a word that is a token itself becomes that token. */
  private enum Whole {
    BEFORE_MERGES,
    AFTER_MERGES
  }

  /** The two patterns that most families share. */
  private static final class Patterns {
    static final String GPT_2 =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    static final String LLAMA_3 =
        "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> labels;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> patterns;

  private final Whole whole;

  PreTokenizer(List<String> labels, List<String> patterns, Whole whole) {
    this.labels = labels;
    this.patterns = patterns;
    this.whole = whole;
  }

  /** Regular expressions in Oniguruma's syntax, as {@code tokenizer.json} has them. */
  List<String> patterns() {
    return patterns;
  }

  /** Whether a word that is a token itself is taken whole, whatever the merges say. */
  boolean ignoresMerges() {
    return whole == Whole.BEFORE_MERGES;
  }

  /** Finds the rule of a label. */
  static PreTokenizer ofLabel(String label) throws ModelException {
    for (PreTokenizer rule : values()) {
      if (rule.labels.contains(label)) {
        return rule;
      }
    }
    throw new ModelException(
        ModelException.Kind.UNSUPPORTED,
        ("the file's pre-tokenizer \"%s\" (tokenizer.ggml.pre) is not known, so its text could not"
                + " be cut as the model expects; known are: %s")
            .formatted(label, knownLabels()));
  }

  private static String knownLabels() {
    return Arrays.stream(values())
        .flatMap(rule -> rule.labels.stream())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
