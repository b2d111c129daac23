package dev.bantam.runtime.config;

import java.nio.file.Path;
import java.util.Optional;

/** The certificate, with its private key, by which a broker knows this device. */
public sealed interface ClientCertificate {

  /**
   * Two files in PEM form.
   *
   * @param certificate the device's certificate, and behind it those between it and the authority
   * @param key its private key, not encrypted: PKCS#8, PKCS#1 or SEC 1
   */
  record Pem(Path certificate, Path key) implements ClientCertificate {}

  /**
   * One file of the form PKCS#12 (.p12, .pfx) with both.
   *
   * @param password empty where the file has none
   */
  record Pkcs12(Path file, Optional<TextSource> password) implements ClientCertificate {}
}
