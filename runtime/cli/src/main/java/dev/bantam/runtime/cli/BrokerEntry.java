package dev.bantam.runtime.cli;

import dev.bantam.runtime.config.CertificateFile;
import dev.bantam.simulator.client.BrokerAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options for a broker that encrypts or asks who connects; what {@code bantam.yaml} says of it. */
public final class BrokerEntry {

  @Option(names = "--username", paramLabel = "NAME", description = "User name for the broker.")
  private Optional<String> username = Optional.empty();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File whose first line is the password.")
  private Optional<Path> passwordFile = Optional.empty();

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "Certificate of the authority that signed the broker's (default: those that the JDK trusts).")
  private Optional<Path> caFile = Optional.empty();

  /**
   * The way into a broker.
   *
   * @throws CliException if the address is none or a file is of no use
   */
  public BrokerAccess access(String url) throws CliException {
    BrokerAccess access = broker(url);
    if (caFile.isPresent() && access.tls()) {
      access = access.trusting(requireCertificate(caFile.get()));
    }
    if (username.isPresent()) {
      return access.as(username.get(), password());
    }
    if (passwordFile.isPresent()) {
      throw new CliException(ExitCode.USAGE, "--password-file needs the user's name: --username");
    }
    return access;
  }

  /** As {@link #access}, where there is no other broker that the options could be for. */
  public BrokerAccess only(String url) throws CliException {
    check(List.of(url));
    return access(url);
  }

  /**
   * Looks whether the options are of use for any of these brokers.
   *
   * @throws CliException if not
   */
  public void check(List<String> urls) throws CliException {
    boolean encrypts = false;
    for (String url : urls) {
      encrypts |= broker(url).tls();
    }
    if (caFile.isPresent() && !encrypts) {
      BrokerAccess first = broker(urls.get(0));
      throw new CliException(
          ExitCode.USAGE,
          "--ca-file is for brokers that encrypt; write mqtts://%s:%d"
              .formatted(first.host(), first.port()));
    }
  }

  private static BrokerAccess broker(String url) throws CliException {
    try {
      return BrokerAccess.of(url);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Path requireCertificate(Path file) throws CliException {
    try {
      CertificateFile.read(file);
      return file;
    } catch (NoSuchFileException e) {
      throw new CliException(ExitCode.USAGE, "there is no file %s (--ca-file)".formatted(file), e);
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "cannot use --ca-file: " + e.getMessage(), e);
    }
  }

  private String password() throws CliException {
    if (passwordFile.isEmpty()) {
      return "";
    }
    try (Stream<String> lines = Files.lines(passwordFile.get())) {
      return lines.findFirst().orElse("");
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "the password file %s cannot be read".formatted(passwordFile.get()), e);
    }
  }
}
