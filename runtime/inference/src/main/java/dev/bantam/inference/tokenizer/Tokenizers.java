package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.inference.session.FileIdentity;
import dev.bantam.inference.session.NativeHeap;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * Loads tokenizers from Hugging Face's {@code tokenizer.json}.
 *
 * <p>The native library is given the vocabulary without its special tokens, so that no text can
 * become one there; special tokens are found by {@link AddedTokens}, and only where {@link
 * Tokenizer#encodePrompt} allows them.
 */
public final class Tokenizers {

  /** The library shortens to 512 tokens unless told not to. */
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");

  private Tokenizers() {}

  /**
   * Loads a BPE tokenizer: byte-level or SentencePiece with byte fallback. Blocking; takes memory
   * in proportion to the file, but nothing where the same file is in use already.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the file cannot be read or is of
   *     another kind
   */
  public static Tokenizer load(Path tokenizerJson) throws TaskException {
    return load(tokenizerJson, Optional.empty());
  }

  /**
   * As the other.
   *
   * @param cache where what is made of the file is kept for the next process ({@link
   *     dev.bantam.spi.LoadContext#cache})
   */
  public static Tokenizer load(Path tokenizerJson, Optional<Path> cache) throws TaskException {
    try {
      FileIdentity identity = FileIdentity.of(tokenizerJson);
      Optional<KeptTokenizer> kept = cache.map(folder -> KeptTokenizer.of(identity, folder));
      return SharedTokenizer.of(identity, () -> ready(tokenizerJson, kept));
    } catch (IOException e) {
      throw unusable(tokenizerJson, String.valueOf(e.getMessage()), e);
    }
  }

  private static Tokenizer ready(Path tokenizerJson, Optional<KeptTokenizer> kept)
      throws TaskException {
    DjlSettings.apply();
    Optional<Tokenizer> found = kept.flatMap(KeptTokenizer::read);
    return found.isPresent() ? found.get() : read(tokenizerJson, kept);
  }

  private static Tokenizer read(Path tokenizerJson, Optional<KeptTokenizer> kept)
      throws TaskException {
    try {
      ObjectNode head = TokenizerHead.readBpe(tokenizerJson);
      JsonNode addedTokens = head.path(TokenizerHead.ADDED);
      AddedTokens added = AddedTokens.of(addedTokens);
      TokenPieces.Builder pieces = new TokenPieces.Builder(head.path("decoder"));
      boolean spaceInFront = takeSpaceInFront(head.path("pre_tokenizer"));
      ObjectNode plain = withoutAddedTokens(head);
      Set<String> removed = removed(head, added);
      HuggingFaceTokenizer library = load(tokenizerJson, plain, removed, pieces::put, OPTIONS);
      KeptTokenizer.Parts parts =
          new KeptTokenizer.Parts(addedTokens, pieces.build(added), spaceInFront);
      // Read once more: in memory it would be as large as the vocabulary.
      kept.ifPresent(
          file ->
              file.write(
                  parts,
                  () ->
                      new PlainTokenizerStream(tokenizerJson, plain, removed, (piece, id) -> {})));
      return parts.with(library);
    } catch (IOException | RuntimeException e) {
      throw unusable(tokenizerJson, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The native library over what {@link PlainTokenizerStream} made of a decoder's vocabulary.
   *
   * @param plain is read to its end
   */
  static HuggingFaceTokenizer library(InputStream plain) throws IOException {
    return library(plain, OPTIONS);
  }

  private static HuggingFaceTokenizer library(InputStream plain, Map<String, String> options)
      throws IOException {
    try {
      return HuggingFaceTokenizer.newInstance(plain, options);
    } finally {
      NativeHeap.trim();
    }
  }

  /**
   * The native library over a changed file.
   *
   * @param head what the file shall say beside its vocabulary and its merges
   * @param removed tokens that no text shall become
   * @param pieces told the whole vocabulary
   */
  static HuggingFaceTokenizer load(
      Path file,
      ObjectNode head,
      Set<String> removed,
      ObjIntConsumer<String> pieces,
      Map<String, String> options)
      throws IOException {
    try (PlainTokenizerStream plain = new PlainTokenizerStream(file, head, removed, pieces)) {
      return library(plain, options);
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

  private static ObjectNode withoutAddedTokens(ObjectNode head) {
    head.putArray(TokenizerHead.ADDED);
    return head.putNull("post_processor").putNull("truncation").putNull("padding");
  }

  /** All special tokens but the one that the library needs for what it does not know. */
  static Set<String> removed(ObjectNode head, AddedTokens added) {
    Set<String> removed = new HashSet<>(added.specials());
    removed.remove(head.path(TokenizerHead.MODEL).path("unk_token").asText(""));
    return removed;
  }

  private static TaskException unusable(Path file, String why, Exception cause) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the tokenizer %s cannot be used: %s; import the model again".formatted(file, why),
        cause);
  }
}
