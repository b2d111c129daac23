package dev.bantam.runtime.cli.model;

import dev.bantam.models.trust.DetachedSignature;
import dev.bantam.models.trust.SigningKey;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam model keygen}. */
@Command(
    name = "keygen",
    header = "Makes a pair of keys to sign models and plugins with.",
    description =
        "NAME.pem is the private key, which its owner alone may read: whoever has it decides what"
            + " your devices run. NAME.pub.pem is the public one, which devices list under"
            + " trusted_keys.",
    footerHeading = "%nExamples:%n",
    footer = {"  bantam model keygen --out our-key"})
final class ModelKeygenCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "NAME",
      description = "The files' name, with or without a folder; its last part names the key.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  private final CliContext context;

  ModelKeygenCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException {
    String id = String.valueOf(out.getFileName());
    if (!DetachedSignature.isKeyId(id)) {
      throw new CliException(
          ExitCode.USAGE,
          "\"%s\" cannot be a key's name; use lower case letters, digits, '.', '_' and '-'"
              .formatted(id));
    }
    Path privateFile = out.resolveSibling(id + ".pem");
    Path publicFile = out.resolveSibling(id + ".pub.pem");
    try {
      SigningKey.generate(privateFile, publicFile);
    } catch (FileAlreadyExistsException e) {
      throw new CliException(
          ExitCode.REFUSED,
          "%s is there already; remove it or choose another name".formatted(e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "cannot write %s: %s".formatted(privateFile, e), e);
    }
    if (json.wanted()) {
      context.printJson(
          Map.of("key_id", id, "private", privateFile.toString(), "public", publicFile.toString()));
    } else {
      context.print("%s is the private key: keep it where you sign".formatted(privateFile));
      context.print("%s is the public key, for bantam.yaml of each device:".formatted(publicFile));
      context.print(
          "models: {trusted_keys: {%s: {file: %s}}}".formatted(id, publicFile.getFileName()));
    }
    return 0;
  }
}
