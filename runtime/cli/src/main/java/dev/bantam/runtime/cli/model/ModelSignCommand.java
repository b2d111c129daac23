package dev.bantam.runtime.cli.model;

import dev.bantam.models.trust.DetachedSignature;
import dev.bantam.models.trust.SigningKey;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model sign}. */
@Command(
    name = "sign",
    header = "Signs a release.json, a catalog or a plugin's jar.",
    description =
        "Writes FILE.sig: the key's name and an Ed25519 signature over the bytes of FILE. Put it"
            + " beside FILE.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model sign site/my-model/2/release.json --key our-key.pem",
      "  bantam model sign plugins/my-plugin/my-plugin.jar --key our-key.pem"
    })
final class ModelSignCommand implements Callable<Integer> {

  private static final String SUFFIX = ".pem";

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(paramLabel = "FILE", description = "What to sign.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "KEY",
      description = "The private key, a PEM file as \"bantam model keygen\" writes it.")
  @SuppressWarnings("NullAway.Init")
  private Path key;

  @Option(
      names = "--key-id",
      paramLabel = "NAME",
      description =
          "The name by which devices list the public key (default: the key file's, without .pem).")
  private Optional<String> keyId = Optional.empty();

  private final CliContext context;

  ModelSignCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException {
    DetachedSignature signature = signature();
    Path target = file.resolveSibling(file.getFileName() + DetachedSignature.SUFFIX);
    try {
      Files.writeString(target, signature + "\n");
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "cannot write %s: %s".formatted(target, e), e);
    }
    if (json.wanted()) {
      context.printJson(Map.of("file", target.toString(), "signature", signature.toString()));
    } else {
      context.print("%s holds the signature:".formatted(target));
      context.print(signature.toString());
    }
    return 0;
  }

  private DetachedSignature signature() throws CliException {
    try {
      return SigningKey.read(key, keyId.orElseGet(this::nameOfKey)).sign(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CliException(ExitCode.USAGE, "there is no file " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private String nameOfKey() {
    String name = String.valueOf(key.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }
}
