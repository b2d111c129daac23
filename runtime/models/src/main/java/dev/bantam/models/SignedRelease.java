package dev.bantam.models;

import dev.bantam.models.trust.DetachedSignature;
import java.util.Optional;

/**
 * A {@code release.json} as its publisher wrote it.
 *
 * @param document byte by byte
 * @param release what it says
 * @param signature over these bytes, where there is one; who it is of, a site's keys say
 */
record SignedRelease(byte[] document, Release release, Optional<DetachedSignature> signature) {

  /** The file beside {@code release.json} that holds the signature. */
  static final String FILE = ModelDocument.RELEASE.fileName() + DetachedSignature.SUFFIX;

  SignedRelease {
    document = document.clone();
  }
}
