package dev.bantam.models.importer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Byte-level BPE: words cut by patterns, bytes joined by a list of merges. */
final class ByteLevelRules implements PieceRules {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final PreTokenizer words;
  private final List<String> merges;

  private ByteLevelRules(PreTokenizer words, List<String> merges) {
    this.words = words;
    this.merges = merges;
  }

  /**
   * @throws ModelException {@code UNSUPPORTED} if the pre-tokenizer is not known, {@code MALFORMED}
   *     if a merge is none
   */
  static ByteLevelRules of(GgufVocabulary vocabulary) throws ModelException {
    ByteLevelRules rules =
        new ByteLevelRules(PreTokenizer.ofLabel(vocabulary.pre()), vocabulary.merges());
    for (String merge : rules.merges) {
      if (space(merge) < 0) {
        throw new ModelException(
            ModelException.Kind.MALFORMED,
            "the merge \"%s\" is not two pieces with a space between".formatted(merge));
      }
    }
    return rules;
  }

  /** Where the pieces of a merge part; a piece may begin with a space. */
  private static int space(String merge) {
    return merge.indexOf(' ', 1);
  }

  @Override
  public JsonNode normalizer() {
    return NullNode.getInstance();
  }

  @Override
  public JsonNode preTokenizer() {
    ObjectNode pre = NODES.objectNode().put("type", "Sequence");
    ArrayNode steps = pre.putArray("pretokenizers");
    for (String pattern : words.patterns()) {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", pattern);
      split.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(bytes());
    return pre;
  }

  @Override
  public JsonNode decoder() {
    return bytes();
  }

  private static ObjectNode bytes() {
    return NODES
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  @Override
  public boolean byteFallback() {
    return false;
  }

  @Override
  public boolean ignoresMerges() {
    return words.ignoresMerges();
  }

  @Override
  public Optional<String> unknown() {
    return Optional.empty();
  }

  @Override
  public void forEachMerge(MergeSink sink) throws IOException {
    for (String merge : merges) {
      int space = space(merge);
      sink.merge(merge.substring(0, space), merge.substring(space + 1));
    }
  }
}
