package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The special tokens around and between the texts that an encoder is given, such as {@code [CLS]
 * text [SEP]}, and the types (segments) of all tokens. Immutable.
 *
 * @param specials one group in front of, between and behind the texts: one more than there are
 *     texts
 * @param types the type of each text's tokens
 */
public record TokenFrame(List<Special> specials, List<Integer> types) {

  /**
   * Special tokens that follow each other.
   *
   * @param ids the tokens
   * @param types their types
   */
  public record Special(List<Integer> ids, List<Integer> types) {
    public Special {
      ids = List.copyOf(ids);
      types = List.copyOf(types);
    }
  }

  public TokenFrame {
    specials = List.copyOf(specials);
    types = List.copyOf(types);
  }

  /** Number of special tokens. */
  public int size() {
    return specials.stream().mapToInt(group -> group.ids().size()).sum();
  }

  /**
   * Reads the frame off an encoding of texts that became tokens.
   *
   * @return empty if not every text became a token
   */
  static Optional<TokenFrame> of(Encoding encoding, int texts) {
    long[] ids = encoding.getIds();
    boolean[] special = special(encoding);
    List<Special> groups = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    int at = 0;
    for (int text = 0; text <= texts; text++) {
      int end = endOfRun(special, at, true);
      groups.add(new Special(slice(ids, at, end), slice(encoding.getTypeIds(), at, end)));
      at = endOfRun(special, end, false);
      if (text < texts && at > end) {
        types.add((int) encoding.getTypeIds()[end]);
      }
    }
    return types.size() == texts && at == ids.length
        ? Optional.of(new TokenFrame(groups, types))
        : Optional.empty();
  }

  private static boolean[] special(Encoding encoding) {
    long[] mask = encoding.getSpecialTokenMask();
    boolean[] special = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      special[i] = mask[i] != 0;
    }
    return special;
  }

  private static int endOfRun(boolean[] flags, int from, boolean value) {
    int end = from;
    while (end < flags.length && flags[end] == value) {
      end++;
    }
    return end;
  }

  private static List<Integer> slice(long[] values, int from, int to) {
    return Arrays.stream(values, from, to).mapToObj(value -> (int) value).toList();
  }

  /** The type of each token that {@link #ids} gives. */
  public int[] types(int... lengths) {
    IntStream.Builder all = IntStream.builder();
    for (int text = 0; text <= types.size(); text++) {
      specials.get(text).types().forEach(all::add);
      for (int i = 0; text < types.size() && i < lengths[text]; i++) {
        all.add(types.get(text));
      }
    }
    return all.build().toArray();
  }

  /** Texts in their frame. */
  public int[] ids(int[]... texts) {
    IntStream.Builder all = IntStream.builder();
    for (int text = 0; text <= types.size(); text++) {
      specials.get(text).ids().forEach(all::add);
      if (text < types.size()) {
        Arrays.stream(texts[text]).forEach(all::add);
      }
    }
    return all.build().toArray();
  }

  /** Where the tokens of text {@code text} begin, if the texts before it have these lengths. */
  public int start(int text, int... lengths) {
    int start = 0;
    for (int i = 0; i <= text; i++) {
      start += specials.get(i).ids().size() + (i < text ? lengths[i] : 0);
    }
    return start;
  }
}
