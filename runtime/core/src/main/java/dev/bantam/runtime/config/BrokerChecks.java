package dev.bantam.runtime.config;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What must hold in the section {@code broker} beside its schema: nobody comes in unasked. */
final class BrokerChecks {

  private final Section broker;
  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();

  private BrokerChecks(Section broker, Path folder) {
    this.broker = broker;
    this.folder = folder;
  }

  /**
   * @param folder where relative paths start
   */
  static List<Problem> of(Section root, Path folder) {
    if (!root.has("broker")) {
      return List.of();
    }
    BrokerChecks checks = new BrokerChecks(root.section("broker"), folder);
    if (root.section("mqtt").has("url")) {
      checks.problems.add(
          root.section("mqtt")
              .problem(
                  "url",
                  "the device is at its own broker, by the section broker; leave one of the two away"));
    }
    checks.listen();
    checks.users();
    checks.certificate();
    return checks.problems;
  }

  private void report(String key, String problem) {
    problems.add(broker.problem(key, problem));
  }

  private Optional<Path> file(String key) {
    return broker.text(key).map(text -> folder.resolve(text).normalize());
  }

  private void listen() {
    broker
        .text("listen")
        .ifPresent(
            text -> {
              try {
                BrokerConfig config = BrokerConfig.of(text, Optional.empty(), Optional.empty());
                if (!config.isLoopback() && !broker.has("users_file")) {
                  report(
                      "listen",
                      "on %s anybody on the network could enter; add the key users_file, or listen on 127.0.0.1"
                          .formatted(config.host()));
                }
              } catch (IllegalArgumentException e) {
                report("listen", String.valueOf(e.getMessage()));
              }
            });
  }

  private void users() {
    file("users_file")
        .ifPresent(
            path -> {
              try {
                UsersFile.read(path);
              } catch (IOException e) {
                report("users_file", String.valueOf(e.getMessage()));
              }
            });
  }

  private void certificate() {
    together("certificate_file", "key_file");
    together("key_file", "certificate_file");
    if (broker.has("certificate_file") && !broker.has("users_file")) {
      report("certificate_file", "is for those who enter by a password; add the key users_file");
    }
    Stream.of("certificate_file", "key_file").forEach(this::readable);
    file("certificate_file")
        .filter(Files::isReadable)
        .ifPresent(
            path -> {
              try {
                CertificateFile.read(path);
              } catch (IOException e) {
                report("certificate_file", String.valueOf(e.getMessage()));
              }
            });
  }

  private void together(String one, String other) {
    if (broker.has(one) && !broker.has(other)) {
      report(one, "is of no use without the key " + other);
    }
  }

  private void readable(String key) {
    file(key)
        .filter(path -> !Files.isRegularFile(path) || !Files.isReadable(path))
        .ifPresent(path -> report(key, "there is no readable file " + path));
  }
}
