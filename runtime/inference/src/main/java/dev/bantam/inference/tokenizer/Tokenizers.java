package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Loads tokenizers from Hugging Face's {@code tokenizer.json}.
 *
 * <p>The native library is given the vocabulary without its special tokens, so that no text can
 * become one there; special tokens are found by {@link AddedTokens}, and only where {@link
 * Tokenizer#encodePrompt} allows them.
 */
public final class Tokenizers {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The library shortens to 512 tokens unless told not to. */
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");

  private Tokenizers() {}

  /**
   * Loads a BPE tokenizer: byte-level or SentencePiece with byte fallback. Blocking; takes memory
   * in proportion to the file.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the file cannot be read or is of
   *     another kind
   */
  public static Tokenizer load(Path tokenizerJson) throws TaskException {
    DjlSettings.apply();
    try {
      JsonNode root = JSON.readTree(tokenizerJson.toFile());
      if (!(root instanceof ObjectNode file)) {
        throw unusable(tokenizerJson, "it is no JSON object", null);
      }
      AddedTokens added = AddedTokens.of(file.path("added_tokens"));
      TokenPieces pieces = TokenPieces.of(file, added);
      boolean spaceInFront = takeSpaceInFront(file.path("pre_tokenizer"));
      byte[] plain = JSON.writeValueAsBytes(withoutAddedTokens(file, added));
      return new DjlTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(plain), OPTIONS),
          added,
          pieces,
          spaceInFront);
    } catch (IOException | RuntimeException e) {
      throw unusable(tokenizerJson, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Some SentencePiece tokenizers put a space in front of what a text begins with and nowhere else.
   * The library gets a text in pieces, so it cannot know; it is told not to do it.
   */
  private static boolean takeSpaceInFront(JsonNode preTokenizer) {
    for (JsonNode step : preTokenizer.path("pretokenizers")) {
      if (takeSpaceInFront(step)) {
        return true;
      }
    }
    boolean takes = preTokenizer.path("prepend_scheme").asText().equals("first");
    if (takes) {
      ((ObjectNode) preTokenizer).put("prepend_scheme", "never");
    }
    return takes;
  }

  private static ObjectNode withoutAddedTokens(ObjectNode file, AddedTokens added) {
    file.set("added_tokens", JSON.createArrayNode());
    file.putNull("post_processor").putNull("truncation").putNull("padding");
    ObjectNode model = (ObjectNode) file.path("model");
    String unknown = model.path("unk_token").asText("");
    TreeSet<String> removed = new TreeSet<>();
    for (String special : added.specials()) {
      if (!special.equals(unknown) && model.path("vocab").has(special)) {
        removed.add(special);
      }
    }
    ((ObjectNode) model.path("vocab")).remove(removed);
    dropMerges((ArrayNode) model.path("merges"), removed);
    return file;
  }

  /** The library refuses merges whose tokens are gone. */
  private static void dropMerges(ArrayNode merges, TreeSet<String> removed) {
    List<Integer> gone = new ArrayList<>();
    for (int i = 0; i < merges.size(); i++) {
      String[] parts = parts(merges.get(i));
      if (removed.contains(parts[0])
          || removed.contains(parts[1])
          || removed.contains(parts[0] + parts[1])) {
        gone.add(i);
      }
    }
    for (int i = gone.size() - 1; i >= 0; i--) {
      merges.remove(gone.get(i));
    }
  }

  /** A merge is a list of two, or in older files one string with a space. */
  private static String[] parts(JsonNode merge) {
    if (merge.isArray()) {
      return new String[] {merge.path(0).asText(), merge.path(1).asText()};
    }
    String text = merge.asText();
    int space = Math.max(text.indexOf(' ', 1), 0);
    return new String[] {
      text.substring(0, space), text.substring(Math.min(space + 1, text.length()))
    };
  }

  private static TaskException unusable(Path file, String why, @Nullable Exception cause) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the tokenizer %s cannot be used: %s; import the model again".formatted(file, why),
        cause);
  }
}
