package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.format.TurnMarkers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are found in text before the vocabulary is asked: special ones, which steer the
 * model, and user-defined ones, which are plain text that is always one token. Where several begin
 * at the same place the longest wins. Immutable.
 */
final class AddedTokens {

  /**
   * One added token.
   *
   * @param special whether it steers the model, so that client text must not become it
   * @param lstrip whether it swallows the white space before it
   * @param rstrip whether it swallows the white space after it
   * @param wholeWord whether it is only found between characters that are no part of a word
   */
  record AddedToken(
      int id, String content, boolean special, boolean lstrip, boolean rstrip, boolean wholeWord) {

    /** Whether it may stand at {@code from}. */
    boolean fits(CharSequence text, int from) {
      int end = from + content.length();
      return !wholeWord
          || ((from == 0 || !isWord(Character.codePointBefore(text, from)))
              && (end == text.length() || !isWord(Character.codePointAt(text, end))));
    }

    private static boolean isWord(int point) {
      return point == '_' || Character.isLetterOrDigit(point);
    }
  }

  private static final class Node {
    final Map<Character, Node> next = new HashMap<>();
    @Nullable AddedToken token;
  }

  private final List<AddedToken> tokens;
  private final Node all = new Node();
  private final Node plain = new Node();
  private final Node special = new Node();

  private AddedTokens(List<AddedToken> tokens) {
    this.tokens = List.copyOf(tokens);
    for (AddedToken token : tokens) {
      insert(all, token);
      insert(token.special() ? special : plain, token);
    }
  }

  /** Reads the list of the same name in {@code tokenizer.json}. */
  static AddedTokens of(JsonNode list) {
    List<AddedToken> tokens = new ArrayList<>();
    for (JsonNode node : list) {
      String content = node.path("content").asText("");
      if (!content.isEmpty()) {
        tokens.add(
            new AddedToken(
                node.path("id").asInt(),
                content,
                node.path("special").asBoolean() || TurnMarkers.isMarker(content),
                node.path("lstrip").asBoolean(),
                node.path("rstrip").asBoolean(),
                node.path("single_word").asBoolean()));
      }
    }
    return new AddedTokens(tokens);
  }

  private static void insert(Node root, AddedToken token) {
    Node node = root;
    for (char c : token.content().toCharArray()) {
      node = node.next.computeIfAbsent(c, key -> new Node());
    }
    if (node.token == null) {
      node.token = token;
    }
  }

  List<AddedToken> tokens() {
    return tokens;
  }

  List<String> specials() {
    return tokens.stream().filter(AddedToken::special).map(AddedToken::content).toList();
  }

  /** What the token with an id is called, if it is one of these. */
  Optional<String> name(int id) {
    return tokens.stream().filter(token -> token.id() == id).findFirst().map(AddedToken::content);
  }

  /** The longest token of either kind that starts at {@code from}. */
  @Nullable AddedToken any(CharSequence text, int from) {
    return longest(all, text, from);
  }

  /** The longest user-defined token that starts at {@code from}. */
  @Nullable AddedToken userDefined(CharSequence text, int from) {
    return longest(plain, text, from);
  }

  /** The longest special token that starts at {@code from}. */
  @Nullable AddedToken special(CharSequence text, int from) {
    return longest(special, text, from);
  }

  private static @Nullable AddedToken longest(Node root, CharSequence text, int from) {
    AddedToken found = null;
    Node node = root;
    for (int i = from; i < text.length(); i++) {
      node = node.next.get(text.charAt(i));
      if (node == null) {
        break;
      }
      if (node.token != null && node.token.fits(text, from)) {
        found = node.token;
      }
    }
    return found;
  }
}
