package dev.bantam.runtime.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the broker knows this device, and this device the broker. All files are read at each attempt
 * to connect.
 *
 * @param caFile certificates of the authorities that the broker's certificate may come from; empty
 *     for those that the JDK trusts
 * @param username user name for the broker
 * @param password only with a user name
 * @param certificate the device's own certificate, for brokers that ask for one
 */
public record MqttSecurity(
    Optional<Path> caFile,
    Optional<TextSource> username,
    Optional<TextSource> password,
    Optional<ClientCertificate> certificate) {

  /** The JDK's authorities, and nobody in particular. */
  public static final MqttSecurity NONE =
      new MqttSecurity(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The files that are read for each connection, by the configuration's keys. */
  public Map<String, Path> files() {
    Map<String, Path> files = new TreeMap<>();
    caFile.ifPresent(file -> files.put("mqtt.ca_file", file));
    username.ifPresent(source -> add(files, source));
    password.ifPresent(source -> add(files, source));
    certificate.ifPresent(
        own -> {
          if (own instanceof ClientCertificate.Pem pem) {
            files.put("mqtt.client_certificate_file", pem.certificate());
            files.put("mqtt.client_key_file", pem.key());
          } else if (own instanceof ClientCertificate.Pkcs12 pkcs12) {
            files.put("mqtt.client_keystore_file", pkcs12.file());
            pkcs12.password().ifPresent(source -> add(files, source));
          }
        });
    return files;
  }

  private static void add(Map<String, Path> files, TextSource source) {
    if (source instanceof TextSource.InFile inFile) {
      files.put(inFile.key(), inFile.file());
    }
  }

  /** With authorities of its own for the broker's certificate. */
  public MqttSecurity trusting(Path authorities) {
    return new MqttSecurity(Optional.of(authorities), username, password, certificate);
  }

  /** With a user's name and password. */
  public MqttSecurity as(TextSource user, Optional<TextSource> secret) {
    return new MqttSecurity(caFile, Optional.of(user), secret, certificate);
  }

  /** With a certificate of the device's own. */
  public MqttSecurity with(ClientCertificate own) {
    return new MqttSecurity(caFile, username, password, Optional.of(own));
  }
}
