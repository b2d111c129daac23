package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Byte-level BPE of {@code vocab.json} and {@code merges.txt}, as RoBERTa's in transformers. */
final class RobertaTokenizer {

  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_ID = 1 << 22;

  private RobertaTokenizer() {}

  /**
   * @param settings of {@code tokenizer_config.json}: {@code add_prefix_space} and the special
   *     tokens
   */
  static ObjectNode of(Path folder, JsonNode settings) throws ModelException {
    Path file = folder.resolve(ModelFolder.VOCABULARY);
    Map<String, Integer> ids = ids(file);
    String first = EncoderTokenizer.special(settings, "cls_token", "<s>");
    String end = EncoderTokenizer.special(settings, "sep_token", "</s>");
    String unknown = EncoderTokenizer.special(settings, "unk_token", "<unk>");
    String padding = EncoderTokenizer.special(settings, "pad_token", "<pad>");
    String mask = EncoderTokenizer.special(settings, "mask_token", "<mask>");
    if (!ids.containsKey(first) || !ids.containsKey(end)) {
      throw FolderErrors.malformed(
          file, "vocabulary", "it lacks the tokens that begin and end a text, <s> and </s>");
    }
    boolean prefix = EncoderTokenizer.flag(settings, "add_prefix_space", false);
    ObjectNode root =
        EncoderTokenizer.frame(ids, List.of(first, padding, end, unknown, mask), mask);
    root.putNull("normalizer");
    byteLevel(root.putObject("pre_tokenizer"), prefix);
    ObjectNode processor = root.putObject("post_processor").put("type", "RobertaProcessing");
    processor.putArray("sep").add(end).add(ids.get(end));
    processor.putArray("cls").add(first).add(ids.get(first));
    processor.put("trim_offsets", true).put("add_prefix_space", prefix);
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false);
    ids.forEach(model.putObject("vocab")::put);
    merges(folder.resolve(ModelFolder.MERGES), ids, model.putArray("merges"));
    return root;
  }

  private static void byteLevel(ObjectNode node, boolean prefix) {
    node.put("type", "ByteLevel").put("add_prefix_space", prefix);
    node.put("trim_offsets", true).put("use_regex", true);
  }

  private static Map<String, Integer> ids(Path file) throws ModelException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : JsonFile.read(file, MAX_BYTES).properties()) {
      JsonNode id = entry.getValue();
      if (!id.isInt() || id.intValue() < 0 || id.intValue() > MAX_ID) {
        throw FolderErrors.malformed(file, "vocabulary", "a value is no token's id");
      }
      ids.put(entry.getKey(), id.intValue());
    }
    return ids;
  }

  /** A merge whose parts or outcome are no tokens could never apply; the library refuses it. */
  private static void merges(Path file, Map<String, Integer> ids, ArrayNode merges)
      throws ModelException {
    int number = 0;
    for (String line : VocabularyLines.read(file)) {
      number++;
      if (line.isEmpty() || number == 1 && line.startsWith("#version")) {
        continue;
      }
      String[] parts = line.split(" ", -1);
      if (parts.length != 2) {
        throw FolderErrors.malformed(
            file, "line " + number, "it is not two pieces with a space between");
      }
      if (ids.keySet().containsAll(List.of(parts[0], parts[1], parts[0] + parts[1]))) {
        merges.addArray().add(parts[0]).add(parts[1]);
      }
    }
  }
}
