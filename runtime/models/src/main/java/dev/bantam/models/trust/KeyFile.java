package dev.bantam.models.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ed25519 keys in PEM files (RFC 7468, RFC 8410), as {@code openssl genpkey -algorithm ed25519} and
 * {@code bantam model keygen} write them.
 */
public final class KeyFile {

  static final String ALGORITHM = "Ed25519";
  static final String PUBLIC = "PUBLIC KEY";
  static final String PRIVATE = "PRIVATE KEY";

  private static final long MAX_BYTES = 64 * 1024;
  private static final int LINE = 64;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)\\s*-----END \\1-----");

  private KeyFile() {}

  /**
   * Reads a public key. Blocking.
   *
   * @throws IOException saying what is wrong with the file
   */
  public static PublicKey readPublic(Path file) throws IOException {
    byte[] der = read(file, PUBLIC);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds a public key, but not one of Ed25519", e);
    }
  }

  /**
   * Reads a private key. Blocking.
   *
   * @throws IOException saying what is wrong with the file
   */
  static PrivateKey readPrivate(Path file) throws IOException {
    byte[] der = read(file, PRIVATE);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds a private key, but not one of Ed25519", e);
    }
  }

  private static byte[] read(Path file, String wanted) throws IOException {
    Matcher pem = PEM.matcher(text(file));
    if (!pem.find()) {
      throw new IOException(
          "there is no key in %s; expected is a PEM file (-----BEGIN %s-----)"
              .formatted(file, wanted));
    }
    if (!pem.group(1).equals(wanted)) {
      throw new IOException(
          "%s holds a %s, wanted is a %s of Ed25519; \"bantam model keygen\" writes both"
              .formatted(file, name(pem.group(1)), name(wanted)));
    }
    try {
      return Base64.getMimeDecoder().decode(pem.group(2));
    } catch (IllegalArgumentException e) {
      throw new IOException("the key in %s is damaged: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String text(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("there is no key in %s: it is too long for one".formatted(file));
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no readable file " + file, e);
    }
  }

  private static String name(String label) {
    return label.toLowerCase(java.util.Locale.ROOT);
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            label, Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der), label);
  }
}
