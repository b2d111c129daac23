package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * BPE merges from SentencePiece's scores. SentencePiece joins the two neighbours whose joint piece
 * has the best score; a merge list says the same when it holds every way to cut each piece into two
 * known ones, ordered by the piece's score.
 */
final class SentencePieceMerges {

  /** Longer pieces are no vocabulary but an attack on the importer's time. */
  private static final int MAX_PIECE_LENGTH = 512;

  /** One way to join two pieces. */
  record Merge(String left, String right, float score) {}

  private SentencePieceMerges() {}

  /**
   * @param ids the vocabulary: pieces by text
   * @param mergeable which ids may be the outcome of a merge: the normal pieces
   * @return best first
   */
  static List<Merge> of(Map<String, Integer> ids, List<Float> scores, List<Boolean> mergeable)
      throws ModelException {
    List<Merge> merges = new ArrayList<>();
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      int id = entry.getValue();
      if (mergeable.get(id)) {
        addCuts(entry.getKey(), scores.get(id), ids, mergeable, merges);
      }
    }
    merges.sort(Comparator.comparingDouble(merge -> -merge.score()));
    return merges;
  }

  private static void addCuts(
      String piece,
      float score,
      Map<String, Integer> ids,
      List<Boolean> mergeable,
      List<Merge> merges)
      throws ModelException {
    if (piece.length() > MAX_PIECE_LENGTH) {
      throw new ModelException(
          ModelException.Kind.MALFORMED,
          "a vocabulary piece has %d characters; more than %d cannot be right"
              .formatted(piece.length(), MAX_PIECE_LENGTH));
    }
    for (int cut = piece.offsetByCodePoints(0, piece.isEmpty() ? 0 : 1);
        cut < piece.length();
        cut = piece.offsetByCodePoints(cut, 1)) {
      String left = piece.substring(0, cut);
      String right = piece.substring(cut);
      if (isMergeable(left, ids, mergeable) && isMergeable(right, ids, mergeable)) {
        merges.add(new Merge(left, right, score));
      }
    }
  }

  private static boolean isMergeable(
      String piece, Map<String, Integer> ids, List<Boolean> mergeable) {
    Integer id = ids.get(piece);
    return id != null && mergeable.get(id);
  }
}
