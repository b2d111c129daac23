package dev.bantam.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A private certificate authority for tests, made by the JDK's keytool. */
public final class CertificateAuthority {

  private static final String SECRET = "changeit";
  private static final String OWN = "ca";

  private final Path folder;
  private final Path store;
  private final Path caFile;
  private int clients;

  /**
   * A broker's or a client's certificate and its private key, both as PEM files.
   *
   * @param certificate signed by the authority
   * @param key not encrypted
   */
  public record Issued(Path certificate, Path key) {}

  private CertificateAuthority(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("authority.p12");
    this.caFile = folder.resolve("ca.pem");
  }

  /** Makes an authority that keeps its files in {@code folder}. */
  public static CertificateAuthority create(Path folder, String name) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CertificateAuthority authority = new CertificateAuthority(folder);
    authority.generate(OWN, name, "bc:c=ca:true");
    authority.keytool("-exportcert", "-rfc", "-alias", OWN, "-file", authority.caFile.toString());
    return authority;
  }

  /** The authority's own certificate, PEM: what clients are to trust. */
  public Path caFile() {
    return caFile;
  }

  /**
   * Issues a certificate.
   *
   * @param subject {@code ip:127.0.0.1} or {@code dns:broker.test}
   */
  public Issued issue(String subject) {
    String alias = "server-" + subject.replaceAll("[^a-z0-9]", "-");
    return issue(alias, alias, subject);
  }

  /** Issues a certificate for a client, with another key and serial number each time. */
  public Issued issueClient(String commonName) {
    clients++;
    return issue("client-" + clients, commonName, "dns:" + commonName);
  }

  /** Writes what was issued as one PKCS#12 file. */
  public static Path keystore(Issued issued, Path file, String password) {
    try (InputStream in = Files.newInputStream(issued.certificate())) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      byte[] der =
          Base64.getMimeDecoder()
              .decode(Files.readString(issued.key()).replaceAll("-----[A-Z ]+-----", ""));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "own",
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)),
          password.toCharArray(),
          new Certificate[] {certificate});
      try (OutputStream out = Files.newOutputStream(file)) {
        keys.store(out, password.toCharArray());
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Issued issue(String alias, String commonName, String subject) {
    generate(alias, commonName, "san=" + subject);
    Path request = folder.resolve(alias + ".csr");
    Path certificate = folder.resolve(alias + ".pem");
    keytool("-certreq", "-alias", alias, "-file", request.toString());
    keytool(
        "-gencert",
        "-rfc",
        "-alias",
        OWN,
        "-ext",
        "san=" + subject,
        "-infile",
        request.toString(),
        "-outfile",
        certificate.toString());
    return new Issued(certificate, key(alias));
  }

  private void generate(String alias, String name, String extension) {
    keytool(
        "-genkeypair",
        "-alias",
        alias,
        "-dname",
        "CN=" + name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-validity",
        "30",
        "-ext",
        extension);
  }

  private Path key(String alias) {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, SECRET.toCharArray());
      byte[] der = keys.getKey(alias, SECRET.toCharArray()).getEncoded();
      String pem =
          "-----BEGIN PRIVATE KEY-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
              + "\n-----END PRIVATE KEY-----\n";
      return Files.writeString(folder.resolve(alias + ".key"), pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", SECRET));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
