package dev.bantam.runtime.config;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the keys of the {@code mqtt} section about users, passwords and certificates go together,
 * and their files are there. A key that would have no effect is a mistake that looks like safety.
 */
final class SecurityChecks {

  private final Section mqtt;
  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();

  private SecurityChecks(Section mqtt, Path folder) {
    this.mqtt = mqtt;
    this.folder = folder;
  }

  static List<Problem> of(Section mqtt, Path folder) {
    SecurityChecks checks = new SecurityChecks(mqtt, folder);
    checks.atMostOne("username", "username_file", "username_env");
    checks.atMostOne("password_file", "password_env");
    checks.atMostOne("client_keystore_password_file", "client_keystore_password_env");
    checks.atMostOne("client_certificate_file", "client_keystore_file");
    checks.needs("password_file", "username", "a password goes with a user name");
    checks.needs("password_env", "username", "a password goes with a user name");
    checks.together("client_certificate_file", "client_key_file");
    checks.needs("client_keystore_password_file", "client_keystore_file", "it is that file's");
    checks.needs("client_keystore_password_env", "client_keystore_file", "it is that file's");
    Stream.of(
            "username_file",
            "password_file",
            "client_certificate_file",
            "client_key_file",
            "client_keystore_file",
            "client_keystore_password_file")
        .forEach(checks::readable);
    Stream.of("username_env", "password_env", "client_keystore_password_env").forEach(checks::set);
    Stream.of("ca_file", "client_certificate_file").forEach(checks::certificates);
    Stream.of("ca_file", "client_certificate_file", "client_keystore_file")
        .forEach(checks::encrypted);
    return checks.problems;
  }

  private boolean has(String key) {
    return mqtt.text(key).isPresent();
  }

  private boolean hasAny(String name) {
    return has(name) || has(name + "_file") || has(name + "_env");
  }

  private void report(String key, String problem) {
    problems.add(mqtt.problem(key, problem));
  }

  private void atMostOne(String... keys) {
    List<String> found = Stream.of(keys).filter(this::has).toList();
    found.stream()
        .skip(1)
        .forEach(
            key ->
                report(
                    key, "says the same as the key %s; keep one of them".formatted(found.get(0))));
  }

  private void needs(String key, String other, String why) {
    if (has(key) && !hasAny(other)) {
      report(key, "%s; add the key %s".formatted(why, other));
    }
  }

  private void together(String one, String other) {
    needs(one, other, "a certificate is of no use without its private key");
    needs(other, one, "a private key is of no use without its certificate");
  }

  private void readable(String key) {
    mqtt.text(key)
        .map(text -> folder.resolve(text).normalize())
        .filter(path -> !Files.isRegularFile(path) || !Files.isReadable(path))
        .ifPresent(path -> report(key, "there is no readable file " + path));
  }

  private void set(String key) {
    mqtt.text(key)
        .filter(name -> System.getenv(name) == null)
        .ifPresent(
            name ->
                report(
                    key,
                    "the environment variable %s is not set; set it where bantam is started"
                        .formatted(name)));
  }

  private void certificates(String key) {
    if (!has(key)) {
      return;
    }
    try {
      CertificateFile.read(folder.resolve(mqtt.required(key)).normalize());
    } catch (NoSuchFileException e) {
      if (key.equals("ca_file")) {
        report(key, "there is no readable file " + e.getMessage());
      }
    } catch (IOException e) {
      report(key, String.valueOf(e.getMessage()));
    }
  }

  private void encrypted(String key) {
    if (has(key) && mqtt.oneOrMore("url").stream().noneMatch(u -> u.matches("(mqtts|ssl)://.*"))) {
      report(key, "is for encrypted connections only; write mqtts:// in the key url");
    }
  }
}
