package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a byte-level BPE vocabulary cuts text into words before it merges. A GGUF only carries the
 * rule's label ({@code tokenizer.ggml.pre}); what the label stands for is defined by llama.cpp's
 * vocabulary loader, and the patterns here split as that does but where they say otherwise.
 * Patterns apply one after the other, each to the pieces that the one before has left.
 */
enum PreTokenizer {
  GPT_2(
      List.of(
          "a.x-4.0",
          "exaone4",
          "gigachat",
          "gpt-2",
          "granite-docling",
          "jais",
          "mellum",
          "mpt",
          "olmo",
          "phi-2",
          "trillion"),
      List.of(Patterns.GPT_2),
      Whole.AFTER_MERGES),
  DIGITS_THEN_GPT_2(
      List.of(
          "codeshell",
          "command-r",
          "exaone",
          "mellum2",
          "minerva-7b",
          "refact",
          "smollm",
          "starcoder"),
      List.of("\\p{N}", Patterns.GPT_2),
      Whole.AFTER_MERGES),
  LLAMA_3(
      List.of(
          "falcon-h1",
          "falcon3",
          "glm4",
          "lfm2",
          "llama-bpe",
          "llama-v3",
          "llama3",
          "midm-2.0",
          "pixtral"),
      List.of(Patterns.LLAMA_3),
      Whole.BEFORE_MERGES),
  LLAMA_3_MERGED(
      List.of("chatglm-bpe", "dbrx", "smaug-bpe"), List.of(Patterns.LLAMA_3), Whole.AFTER_MERGES),
  QWEN_2(
      List.of(
          "deepseek-r1-qwen",
          "grok-2",
          "hunyuan",
          "kormo",
          "megrez",
          "qwen2",
          "solar-open",
          "stablelm2"),
      List.of(Patterns.LLAMA_3.replace("\\p{N}{1,3}", "\\p{N}")),
      Whole.AFTER_MERGES),
  QWEN_35(
      List.of("qwen35"),
      List.of(
          Patterns.CONTRACTIONS
              + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      Whole.AFTER_MERGES),
  /** As published: llama.cpp's own writing of the pattern forgets combining marks. */
  GPT_4O(
      List.of("gpt-4o", "kanana2", "llama4"),
      List.of(Patterns.cased(Patterns.CONTRACTIONS + "?", "\\p{N}{1,3}")),
      Whole.AFTER_MERGES),
  /** As published, see {@link #GPT_4O}. */
  TEKKEN(List.of("tekken"), List.of(Patterns.cased("", "\\p{N}")), Whole.BEFORE_MERGES),
  /** The pieces between letters and punctuation are cut once more at their end and at numbers. */
  DEEPSEEK_LLM(
      List.of("deepseek-llm"),
      List.of(
          "[\r\n]",
          "\\s?" + Patterns.OLDER_CASED + "+",
          "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+",
          "\\s+\\z",
          Patterns.EAST_ASIAN + "+",
          "\\p{N}+"),
      Whole.AFTER_MERGES),
  DEEPSEEK_CODER(
      List.of("deepseek-coder"),
      List.of("[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", Patterns.EAST_ASIAN + "+", "\\p{N}"),
      Whole.AFTER_MERGES),
  DEEPSEEK_3(
      List.of("deepseek-v3", "hunyuan-dense"),
      List.of(
          "\\p{N}{1,3}",
          "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
          "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
              + "|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
              + "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
      Whole.AFTER_MERGES),
  SEED_CODER(
      List.of("seed-coder"),
      List.of(
          Patterns.CONTRACTIONS
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+"
              + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      Whole.AFTER_MERGES),
  BLOOM(List.of("bloom", "gpt3-finnish", "poro-chat"), List.of(Patterns.BLOOM), Whole.AFTER_MERGES),
  VIKING(List.of("viking"), List.of(Patterns.BLOOM, "\\p{N}"), Whole.AFTER_MERGES),
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

  /** Patterns that families share. */
  private static final class Patterns {
    static final String GPT_2 =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    static final String CONTRACTIONS = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    static final String LLAMA_3 =
        CONTRACTIONS
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /**
     * DeepSeek's own bounds: all from U+0800 to the end of the older ideographs, and Hangul. Spaces
     * between, like U+2003, count as what lies beside them, as the bounds say; llama.cpp takes them
     * for plain spaces here.
     */
    static final String EAST_ASIAN = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]";

    /**
     * Letters that are capital or small, but for scripts and letters that DeepSeek's list lacks:
     * small Armenian, Georgian but for its oldest capitals, mathematical letters, the last blocks
     * of Latin, and what came to Unicode later.
     */
    static final String OLDER_CASED =
        "[[\\p{Lu}\\p{Ll}\\p{Lt}]&&[^\\x{560}-\\x{588}\\x{10c7}-\\x{10ff}\\x{1c80}-\\x{1c8f}"
            + "\\x{2d00}-\\x{2d2d}\\x{a790}-\\x{a7fa}\\x{ab30}-\\x{ab68}\\x{10570}-\\x{105bb}"
            + "\\x{10d50}-\\x{10d85}\\x{16e40}-\\x{16edf}\\x{1d400}-\\x{1d7cb}\\x{1df00}-\\x{1dfff}]]";

    static final String BLOOM = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+";

    /**
     * Cuts where small letters are followed by capital ones.
     *
     * @param suffix what a word may end with
     */
    static String cased(String suffix, String numbers) {
      String before = "[^\\r\\n\\p{L}\\p{N}]?";
      String capital = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
      String small = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
      return before
          + capital
          + "*"
          + small
          + "+"
          + suffix
          + "|"
          + before
          + capital
          + "+"
          + small
          + "*"
          + suffix
          + "|"
          + numbers
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }
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
