package dev.bantam.models.trust;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Set;

/** A publisher's private key. */
public final class SigningKey {

  private final String keyId;
  private final PrivateKey key;

  private SigningKey(String keyId, PrivateKey key) {
    this.keyId = keyId;
    this.key = key;
  }

  /**
   * Reads a private key from a PEM file. Blocking.
   *
   * @param keyId the name by which devices list the public key
   * @throws IOException saying what is wrong with the file
   * @throws IllegalArgumentException if it is no name of a key
   */
  public static SigningKey read(Path file, String keyId) throws IOException {
    requireKeyId(keyId);
    return new SigningKey(keyId, KeyFile.readPrivate(file));
  }

  /**
   * Makes a pair of keys: the private one in a file that its owner alone may read, the public one
   * in another. Never writes over a file that is there. Blocking.
   *
   * @throws IOException if a file is there already or cannot be written
   */
  public static void generate(Path privateFile, Path publicFile) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance(KeyFile.ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
    if (Files.exists(publicFile)) {
      throw new FileAlreadyExistsException(publicFile.toString());
    }
    createPrivately(privateFile);
    Files.writeString(privateFile, KeyFile.pem(KeyFile.PRIVATE, pair.getPrivate().getEncoded()));
    Files.writeString(
        publicFile,
        KeyFile.pem(KeyFile.PUBLIC, pair.getPublic().getEncoded()),
        StandardOpenOption.CREATE_NEW);
  }

  private static void createPrivately(Path file) throws IOException {
    Set<String> views = file.getFileSystem().supportedFileAttributeViews();
    Path unused =
        views.contains("posix")
            ? Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.createFile(file);
  }

  /** Signs bytes. */
  public DetachedSignature sign(byte[] content) {
    try {
      Signature signing = Signature.getInstance(KeyFile.ALGORITHM);
      signing.initSign(key);
      signing.update(content);
      return new DetachedSignature(keyId, Base64.getEncoder().encodeToString(signing.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was read as one of Ed25519 cannot sign", e);
    }
  }

  private static void requireKeyId(String keyId) {
    if (!DetachedSignature.isKeyId(keyId)) {
      throw new IllegalArgumentException(
          "\"%s\" is no name of a key; use lower case letters, digits, '.', '_' and '-'"
              .formatted(keyId));
    }
  }
}
