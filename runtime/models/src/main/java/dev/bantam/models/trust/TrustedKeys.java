package dev.bantam.models.trust;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import java.util.TreeSet;

/**
 * The public keys whose owners a site trusts.
 *
 * @param keys by the names that signatures give
 * @param setting the key of {@code bantam.yaml} that lists them, for messages
 */
public record TrustedKeys(Map<String, PublicKey> keys, String setting) {

  /** Nobody is trusted. */
  public static final TrustedKeys NONE = new TrustedKeys(Map.of(), "models.trusted_keys");

  public TrustedKeys {
    keys = Map.copyOf(keys);
  }

  /**
   * Checks a signature over bytes.
   *
   * @param what is signed, for the error
   * @throws ModelException UNTRUSTED, naming the key, if it is not one of these, or has not signed
   *     these bytes
   */
  public void verify(byte[] content, DetachedSignature signature, String what)
      throws ModelException {
    PublicKey key = keys.get(signature.keyId());
    if (key == null) {
      throw new ModelException(
          Kind.UNTRUSTED,
          "%s is signed with the key \"%s\", which %s does not list; it lists %s"
              .formatted(what, signature.keyId(), setting, names()));
    }
    if (!isBy(key, content, signature)) {
      throw new ModelException(
          Kind.UNTRUSTED,
          "the signature of %s is not one of the key \"%s\" over it: it was changed after it was signed, or signed with another key"
              .formatted(what, signature.keyId()));
    }
  }

  /**
   * As {@link #verify(byte[], DetachedSignature, String)}, of a signature as it is written.
   *
   * @return the signature
   * @throws ModelException UNTRUSTED, also if it is no signature at all
   */
  public DetachedSignature verify(byte[] content, String signature, String what)
      throws ModelException {
    DetachedSignature parsed;
    try {
      parsed = DetachedSignature.parse(signature);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          Kind.UNTRUSTED, "the signature of %s: %s".formatted(what, e.getMessage()), e);
    }
    verify(content, parsed, what);
    return parsed;
  }

  /**
   * Checks the signature that lies beside a file, in one of the same name and {@link
   * DetachedSignature#SUFFIX}. Blocking.
   *
   * @param content of the file; who has read it uses these bytes and no others
   * @throws ModelException UNTRUSTED, also if there is no such file
   */
  public void verifyBeside(byte[] content, Path file) throws ModelException {
    Path beside = file.resolveSibling(file.getFileName() + DetachedSignature.SUFFIX);
    String signature;
    try (InputStream in = Files.newInputStream(beside)) {
      signature = new String(in.readNBytes(DetachedSignature.MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      ModelException unsigned = unsigned(file.toString());
      unsigned.addSuppressed(e);
      throw unsigned;
    }
    DetachedSignature unused = verify(content, signature, file.toString());
  }

  /** Whether signatures of that name are of one of these keys. */
  public boolean has(String keyId) {
    return keys.containsKey(keyId);
  }

  /** The error for what has no signature and must have one. */
  public ModelException unsigned(String what) {
    return unsigned(what, "sign it with \"bantam model sign\"");
  }

  /** As the other, saying what to do. */
  public ModelException unsigned(String what, String advice) {
    return new ModelException(
        Kind.UNTRUSTED,
        "%s is not signed, and this site takes only what is signed by %s (%s); %s"
            .formatted(what, names(), setting, advice));
  }

  private String names() {
    return keys.isEmpty() ? "none" : String.join(", ", new TreeSet<>(keys.keySet()));
  }

  private static boolean isBy(PublicKey key, byte[] content, DetachedSignature signature) {
    try {
      Signature checking = Signature.getInstance(KeyFile.ALGORITHM);
      checking.initVerify(key);
      checking.update(content);
      return checking.verify(signature.bytes());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
