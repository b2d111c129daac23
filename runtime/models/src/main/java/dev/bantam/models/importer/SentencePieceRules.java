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
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * SentencePiece's BPE: characters joined by scores. It joins the two neighbours whose joint piece
 * has the best score; a list of merges says the same when it holds every way to cut each piece into
 * two known ones, ordered by the piece's score.
 */
final class SentencePieceRules implements PieceRules {

  /** Longer pieces are no vocabulary but an attack on the importer's time. */
  private static final int MAX_PIECE_LENGTH = 512;

  private static final String SPACE_MARK = "\u2581";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final GgufVocabulary vocabulary;
  private final ToIntFunction<String> normalId;

  private SentencePieceRules(GgufVocabulary vocabulary, ToIntFunction<String> normalId) {
    this.vocabulary = vocabulary;
    this.normalId = normalId;
  }

  /**
   * @param normalId the id of a piece that merges lead to; -1 for markers, bytes and other texts
   * @throws ModelException {@code MALFORMED} if a piece is too long
   */
  static SentencePieceRules of(GgufVocabulary vocabulary, ToIntFunction<String> normalId)
      throws ModelException {
    for (String piece : vocabulary.tokens()) {
      if (piece.length() > MAX_PIECE_LENGTH && normalId.applyAsInt(piece) >= 0) {
        throw new ModelException(
            ModelException.Kind.MALFORMED,
            "a vocabulary piece has %d characters; more than %d cannot be right"
                .formatted(piece.length(), MAX_PIECE_LENGTH));
      }
    }
    return new SentencePieceRules(vocabulary, normalId);
  }

  @Override
  public JsonNode normalizer() {
    ObjectNode normalizer = NODES.objectNode().put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    if (vocabulary.addSpacePrefix()) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE_MARK);
    }
    putReplace(steps.addObject(), " ", SPACE_MARK);
    return normalizer;
  }

  @Override
  public JsonNode preTokenizer() {
    return NullNode.getInstance();
  }

  @Override
  public JsonNode decoder() {
    ObjectNode decoder = NODES.objectNode().put("type", "Sequence");
    ArrayNode steps = decoder.putArray("decoders");
    putReplace(steps.addObject(), SPACE_MARK, " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (vocabulary.addSpacePrefix()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    return decoder;
  }

  private static void putReplace(ObjectNode node, String from, String to) {
    node.put("type", "Replace");
    node.putObject("pattern").put("String", from);
    node.put("content", to);
  }

  @Override
  public boolean byteFallback() {
    return true;
  }

  @Override
  public boolean ignoresMerges() {
    return false;
  }

  @Override
  public Optional<String> unknown() {
    return vocabulary
        .unknown()
        .filter(id -> id >= 0 && id < vocabulary.tokens().size())
        .map(vocabulary.tokens()::get);
  }

  @Override
  public void forEachMerge(MergeSink sink) throws IOException {
    List<Float> scores = vocabulary.scores();
    int[] bestFirst =
        IntStream.range(0, scores.size())
            .boxed()
            .sorted((a, b) -> Float.compare(-scores.get(a), -scores.get(b)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int id : bestFirst) {
      String piece = vocabulary.tokens().get(id);
      if (normalId.applyAsInt(piece) == id) {
        giveCuts(piece, sink);
      }
    }
  }

  private void giveCuts(String piece, MergeSink sink) throws IOException {
    for (int cut = piece.offsetByCodePoints(0, piece.isEmpty() ? 0 : 1);
        cut < piece.length();
        cut = piece.offsetByCodePoints(cut, 1)) {
      String left = piece.substring(0, cut);
      String right = piece.substring(cut);
      if (normalId.applyAsInt(left) >= 0 && normalId.applyAsInt(right) >= 0) {
        sink.merge(left, right);
      }
    }
  }
}
