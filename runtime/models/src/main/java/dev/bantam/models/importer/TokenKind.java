package dev.bantam.models.importer;

import dev.bantam.format.TurnMarkers;
import java.util.regex.Pattern;

/** What a token is for, after ggml's token types. */
enum TokenKind {
  /** A piece of text. */
  NORMAL,
  /** Stands for one byte, in SentencePiece vocabularies. */
  BYTE,
  /** Text that is always this one token. */
  USER_DEFINED,
  /** Steers the model: turn markers, begin and end of text. Client text must not become one. */
  CONTROL,
  /** Never used. */
  UNUSED;

  private static final Pattern BYTE_PIECE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

  static TokenKind of(GgufVocabulary vocabulary, int id) {
    String piece = vocabulary.tokens().get(id);
    if (isEndOrBegin(vocabulary, id)) {
      return CONTROL;
    }
    if (vocabulary.types().isEmpty()) {
      return guess(vocabulary, piece);
    }
    return switch (vocabulary.types().get(id)) {
      case 2, 3 -> CONTROL;
      case 4 -> TurnMarkers.isMarker(piece) ? CONTROL : USER_DEFINED;
      case 5 -> UNUSED;
      case 6 -> BYTE;
      default -> NORMAL;
    };
  }

  private static boolean isEndOrBegin(GgufVocabulary vocabulary, int id) {
    return vocabulary.bos().filter(token -> token == id).isPresent()
        || vocabulary.eos().filter(token -> token == id).isPresent()
        || vocabulary.eot().filter(token -> token == id).isPresent();
  }

  private static TokenKind guess(GgufVocabulary vocabulary, String piece) {
    if (vocabulary.model().equals(TokenizerJson.SENTENCE_PIECE)
        && BYTE_PIECE.matcher(piece).matches()) {
      return BYTE;
    }
    return TurnMarkers.isMarker(piece) ? CONTROL : NORMAL;
  }
}
