package dev.bantam.runtime.cli.up;

import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.config.BrokerConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that let other machines into the embedded broker. */
final class OwnBrokerOptions {

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = {
        "Let others in, too, by a name and a password: 0.0.0.0:1883 on all networks of the machine.",
        "Needs --users-file."
      })
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--users-file",
      paramLabel = "FILE",
      description = "Who may enter: a line name:password each.")
  private Optional<Path> users = Optional.empty();

  @Option(
      names = "--certificate-file",
      paramLabel = "FILE",
      description = "PEM certificate for --listen, which then encrypts.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "Its private key, PEM, not encrypted.")
  private Optional<Path> key = Optional.empty();

  /**
   * What the options say; empty where nobody but this machine is to come in.
   *
   * @throws CliException if they do not go together
   */
  Optional<BrokerConfig> config() throws CliException {
    if (certificate.isPresent() != key.isPresent()) {
      throw usage("--certificate-file and --key-file go together");
    }
    if (listen.isEmpty()) {
      if (users.isPresent() || certificate.isPresent()) {
        throw usage("--users-file and --certificate-file are for --listen ADDRESS:PORT");
      }
      return Optional.empty();
    }
    if (users.isEmpty()) {
      throw usage(
          "--listen %s needs --users-file FILE, for nobody comes in without a password"
              .formatted(listen.get()));
    }
    try {
      return Optional.of(
          BrokerConfig.of(
              listen.get(),
              users,
              certificate.map(chain -> new BrokerConfig.Certificate(chain, key.orElseThrow()))));
    } catch (IllegalArgumentException e) {
      throw usage("--listen " + e.getMessage());
    }
  }

  private static CliException usage(String problem) {
    return new CliException(ExitCode.USAGE, problem);
  }
}
