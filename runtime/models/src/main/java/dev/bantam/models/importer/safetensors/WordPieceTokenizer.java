package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * WordPiece of a {@code vocab.txt}, as BERT's tokenizer in transformers: clean, cut at white space,
 * punctuation and Chinese characters, then the longest pieces from the left.
 */
final class WordPieceTokenizer {

  private static final int LONGEST_WORD = 100;

  private WordPieceTokenizer() {}

  /**
   * @param settings of {@code tokenizer_config.json}: {@code do_lower_case}, {@code strip_accents},
   *     {@code tokenize_chinese_chars}, and the special tokens
   */
  static ObjectNode of(Path file, JsonNode settings) throws ModelException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String piece : VocabularyLines.read(file)) {
      ids.put(piece, ids.size());
    }
    return of(file, ids, settings);
  }

  private static ObjectNode of(Path file, Map<String, Integer> ids, JsonNode settings)
      throws ModelException {
    String unknown = EncoderTokenizer.special(settings, "unk_token", "[UNK]");
    String first = EncoderTokenizer.special(settings, "cls_token", "[CLS]");
    String end = EncoderTokenizer.special(settings, "sep_token", "[SEP]");
    String padding = EncoderTokenizer.special(settings, "pad_token", "[PAD]");
    String mask = EncoderTokenizer.special(settings, "mask_token", "[MASK]");
    for (String needed : List.of(unknown, first, end)) {
      if (!ids.containsKey(needed)) {
        throw FolderErrors.malformed(
            file, "vocabulary", "it lacks the token \"%s\"".formatted(shortened(needed)));
      }
    }
    ObjectNode root = EncoderTokenizer.frame(ids, List.of(unknown, first, end, padding, mask), "");
    normalizer(root.putObject("normalizer"), settings);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    template(root.putObject("post_processor"), ids, first, end);
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model = root.putObject("model").put("type", "WordPiece");
    model.put("unk_token", unknown).put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", LONGEST_WORD);
    ids.forEach(model.putObject("vocab")::put);
    return root;
  }

  private static void normalizer(ObjectNode node, JsonNode settings) {
    node.put("type", "BertNormalizer").put("clean_text", true);
    node.put(
        "handle_chinese_chars", EncoderTokenizer.flag(settings, "tokenize_chinese_chars", true));
    JsonNode accents = settings.path("strip_accents");
    if (accents.isBoolean()) {
      node.put("strip_accents", accents.booleanValue());
    } else {
      node.putNull("strip_accents");
    }
    node.put("lowercase", EncoderTokenizer.flag(settings, "do_lower_case", true));
  }

  private static void template(
      ObjectNode node, Map<String, Integer> ids, String first, String end) {
    node.put("type", "TemplateProcessing");
    ArrayNode single = node.putArray("single");
    piece(single, "SpecialToken", first, 0);
    piece(single, "Sequence", "A", 0);
    piece(single, "SpecialToken", end, 0);
    ArrayNode pair = node.putArray("pair").addAll(single.deepCopy());
    piece(pair, "Sequence", "B", 1);
    piece(pair, "SpecialToken", end, 1);
    ObjectNode special = node.putObject("special_tokens");
    for (String token : List.of(first, end)) {
      ObjectNode named = special.putObject(token).put("id", token);
      named.putArray("ids").add(ids.get(token));
      named.putArray("tokens").add(token);
    }
  }

  private static void piece(ArrayNode template, String kind, String id, int type) {
    template.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40);
  }
}
