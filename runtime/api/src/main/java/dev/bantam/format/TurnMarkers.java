package dev.bantam.format;

import java.util.regex.Pattern;

/**
 * Turn markers by their look: {@code <|im_end|>}, {@code <end_of_turn>}. Published files call some
 * of them plain text, which would let a client's text end its own turn; so a token that looks like
 * one is special, whatever its file says.
 */
public final class TurnMarkers {

  /** DeepSeek writes the bars in full width. */
  private static final Pattern MARKER =
      Pattern.compile("<[|\uFF5C][^|\uFF5C]{1,64}[|\uFF5C]>|<(start|end)_of_(turn|image)>");

  private TurnMarkers() {}

  /**
   * Whether an added token's text is a turn marker.
   *
   * @param content the whole text of the token
   */
  public static boolean isMarker(String content) {
    return MARKER.matcher(content).matches();
  }
}
