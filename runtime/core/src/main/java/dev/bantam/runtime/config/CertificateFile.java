package dev.bantam.runtime.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;

/** A file of X.509 certificates, as certificate authorities hand out: PEM (one or more) or DER. */
public final class CertificateFile {

  private CertificateFile() {}

  /**
   * Reads all certificates of a file. Blocking.
   *
   * @throws IOException saying what is wrong with the file
   */
  public static List<Certificate> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException("there is no certificate in " + file + expected());
      }
      return List.copyOf(found);
    } catch (CertificateException e) {
      throw new IOException(file + " cannot be read as certificates" + expected(), e);
    }
  }

  private static String expected() {
    return "; expected is the authority's certificate in PEM form (-----BEGIN CERTIFICATE-----)";
  }
}
