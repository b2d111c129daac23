package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An encoder's tokenizer: Hugging Face's library over the whole {@code tokenizer.json}, of any kind
 * that the library knows. Texts become the tokens that transformers makes of them with {@code
 * split_special_tokens}: the name of a special token in a text is text, so that nobody can end or
 * begin a text in the middle of his own.
 *
 * <p>Safe for use by many threads, {@link #close} included.
 */
public final class TextTokenizer implements AutoCloseable {

  /** Texts that are worth waking other threads for. */
  private static final int MANY = 8;

  private static final TokenizedText NOTHING =
      new TokenizedText(new int[0], new int[0], new int[0], new int[0]);

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "true", "truncation", "do_not_truncate", "padding", "do_not_pad");

  /** Texts of which at least one is known to every vocabulary. */
  private static final List<String> SAMPLES = List.of("a", "the", "1", ".", "的", "и");

  private final GuardedLibrary library;
  private final TokenFrame single;
  private final Optional<TokenFrame> pair;

  private TextTokenizer(
      HuggingFaceTokenizer library, TokenFrame single, Optional<TokenFrame> pair) {
    this.library = new GuardedLibrary(library);
    this.single = single;
    this.pair = pair;
  }

  /**
   * Loads a tokenizer. Blocking; takes memory in proportion to the file.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the file cannot be used
   */
  public static TextTokenizer load(Path tokenizerJson) throws TaskException {
    DjlSettings.apply();
    try {
      HuggingFaceTokenizer library = library(tokenizerJson);
      try {
        return of(library);
      } catch (TaskException | RuntimeException e) {
        library.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      throw unusable(tokenizerJson.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Special tokens stay in the frame, which says their ids, and are found in no text. */
  private static HuggingFaceTokenizer library(Path tokenizerJson) throws IOException {
    ObjectNode head = TokenizerHead.read(tokenizerJson);
    AddedTokens added = AddedTokens.of(head.path(TokenizerHead.ADDED));
    Set<String> specials = Set.copyOf(added.specials());
    ArrayNode kept = head.arrayNode();
    for (JsonNode token : head.path(TokenizerHead.ADDED)) {
      if (!specials.contains(token.path("content").asText())) {
        kept.add(token);
      }
    }
    head.set(TokenizerHead.ADDED, kept);
    return Tokenizers.load(
        tokenizerJson, head, Tokenizers.removed(head, added), (piece, id) -> {}, OPTIONS);
  }

  private static TextTokenizer of(HuggingFaceTokenizer library) throws TaskException {
    for (String sample : SAMPLES) {
      Optional<TokenFrame> single = TokenFrame.of(library.encode(sample, true, false), 1);
      if (single.isPresent()) {
        return new TextTokenizer(
            library, single.get(), TokenFrame.of(library.encode(sample, sample, true, false), 2));
      }
    }
    throw unusable("of this model", "it makes no token of any text", null);
  }

  private static TaskException unusable(String file, String why, @Nullable Exception cause) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the tokenizer %s cannot be used: %s; import the model again".formatted(file, why),
        cause);
  }

  /** What stands around one text. */
  public TokenFrame frame() {
    return single;
  }

  /**
   * What stands around and between two texts.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the tokenizer parts no pairs
   */
  public TokenFrame pairFrame() throws TaskException {
    if (pair.isEmpty()) {
      throw unusable("of this model", "it puts nothing between the texts of a pair", null);
    }
    return pair.get();
  }

  /**
   * Cuts a text into tokens, without special tokens around them.
   *
   * @throws IllegalStateException if the tokenizer is closed
   */
  public TokenizedText tokenize(String text) {
    Encoding encoding = library.encode(wellFormed(text));
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    for (int i = 0; i < spans.length; i++) {
      if (spans[i] != null) {
        starts[i] = spans[i].getStart();
        ends[i] = spans[i].getEnd();
      }
    }
    return new TokenizedText(ints(encoding.getIds()), starts, ends, ints(encoding.getWordIds()));
  }

  /**
   * {@link #tokenize} of many texts, on all cores.
   *
   * @throws TaskException if the request was cancelled meanwhile
   */
  public List<TokenizedText> tokenizeAll(List<String> texts, CancellationToken cancellation)
      throws TaskException {
    Stream<String> stream = texts.size() < MANY ? texts.stream() : texts.parallelStream();
    List<TokenizedText> tokenized =
        stream.map(text -> cancellation.isCancelled() ? NOTHING : tokenize(text)).toList();
    cancellation.throwIfCancelled();
    return tokenized;
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  /** Half a surrogate pair has no UTF-8; the native library must not see it. */
  private static String wellFormed(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c))
        ? text
        : DjlTokenizer.wellFormed(text);
  }

  @Override
  public void close() {
    library.close();
  }
}
