package dev.bantam.broker;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * User names and passwords. A password is kept in plain text or as {@code
 * pbkdf2-sha256$ITERATIONS$SALT$HASH} (hexadecimal). Checking a hash takes some ten milliseconds:
 * not on the event loop.
 */
public final class Credentials {

  private static final String PREFIX = "pbkdf2-sha256$";
  private static final int ITERATIONS = 100_000;
  private static final int MAX_ITERATIONS = 10_000_000;
  private static final int HASH_BITS = 256;

  private final Map<String, String> users;

  Credentials(Map<String, String> users) {
    this.users = users;
    users.forEach(
        (user, password) -> {
          if (password.startsWith(PREFIX)) {
            HashedPassword.parse(user, password);
          }
        });
  }

  boolean isEmpty() {
    return users.isEmpty();
  }

  /** Whether this user may connect. Always true without any credentials. */
  boolean accept(@Nullable String user, @Nullable String password) {
    if (users.isEmpty()) {
      return true;
    }
    String expected = user == null ? null : users.get(user);
    if (expected == null || password == null || user == null) {
      return false;
    }
    if (expected.startsWith(PREFIX)) {
      return HashedPassword.parse(user, expected).matches(password);
    }
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
  }

  /** A salted hash of a password, for use as a value of {@link BrokerOptions#credentials}. */
  public static String hash(String password) {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    HexFormat hex = HexFormat.of();
    return PREFIX
        + ITERATIONS
        + "$"
        + hex.formatHex(salt)
        + "$"
        + hex.formatHex(derive(password, salt, ITERATIONS));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    try {
      PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA256", e);
    }
  }

  /** The parts of a password hash; bytes are never changed after parsing. */
  private static final class HashedPassword {

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private HashedPassword(int iterations, byte[] salt, byte[] hash) {
      this.iterations = iterations;
      this.salt = salt;
      this.hash = hash;
    }

    static HashedPassword parse(String user, String text) {
      try {
        String[] parts = text.substring(PREFIX.length()).split("\\$", -1);
        int iterations = Integer.parseInt(parts[0]);
        if (parts.length == 3 && iterations > 0 && iterations <= MAX_ITERATIONS) {
          HexFormat hex = HexFormat.of();
          return new HashedPassword(iterations, hex.parseHex(parts[1]), hex.parseHex(parts[2]));
        }
      } catch (IllegalArgumentException e) {
        throw malformed(user, e);
      }
      throw malformed(user, null);
    }

    private static IllegalArgumentException malformed(String user, @Nullable Throwable cause) {
      return new IllegalArgumentException(
          "the password hash of user \""
              + user
              + "\" is not of the form "
              + PREFIX
              + "ITERATIONS$SALT$HASH with salt and hash in hexadecimal;"
              + " make one with Credentials.hash",
          cause);
    }

    boolean matches(String password) {
      return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }
  }
}
