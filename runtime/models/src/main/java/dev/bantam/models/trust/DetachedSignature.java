package dev.bantam.models.trust;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Ed25519 signature (RFC 8032) and the name of the key that made it, written {@code
 * KEY_ID:BASE64}.
 *
 * @param keyId names the key; a claim, until the signature is checked with it
 * @param base64 the 64 bytes of the signature
 */
public record DetachedSignature(String keyId, String base64) {

  /** Behind the name of the file that is signed. */
  public static final String SUFFIX = ".sig";

  /** The most bytes that a file with a signature may have. */
  public static final int MAX_BYTES = 1024;

  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,62}):([A-Za-z0-9+/]{86}==)");

  /**
   * @throws IllegalArgumentException if a value is not of its form
   */
  public DetachedSignature {
    if (!FORM.matcher(keyId + ":" + base64).matches()) {
      throw new IllegalArgumentException(
          "\"%s:%s\" is no signature; write KEY_ID:BASE64, as \"bantam model sign\" does"
              .formatted(keyId, base64));
    }
  }

  /**
   * Reads {@code KEY_ID:BASE64}; space around it does not count.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static DetachedSignature parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no signature; write KEY_ID:BASE64, as \"bantam model sign\" does"
              .formatted(shortened(text.strip())));
    }
    return new DetachedSignature(matcher.group(1), matcher.group(2));
  }

  /** Whether a text can name a key. */
  public static boolean isKeyId(String text) {
    return text.matches("[a-z0-9][a-z0-9._-]{0,62}");
  }

  byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }

  @Override
  public String toString() {
    return keyId + ":" + base64;
  }

  private static String shortened(String text) {
    int limit = 100;
    return text.length() <= limit ? text : text.substring(0, limit) + "…";
  }
}
