package dev.bantam.runtime.cli.model;

import dev.bantam.models.Canaries;
import dev.bantam.models.Canary;
import dev.bantam.models.ModelException;
import dev.bantam.models.Publication;
import dev.bantam.models.Publication.Published;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model release}. */
@Command(
    name = "release",
    header = "Writes a model of your own into a folder that others can pull from.",
    description =
        "FOLDER/NAME/VERSION/ gets the files and a release.json that lists them with their digests."
            + " Serve FOLDER by any web server, or share it. A version that is there never changes."
            + " Devices import a file; of an installed model they take the variants as they are here.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model release my-model@q8 --version 3 --license MIT --canary asks.yaml --to site/",
      "  bantam model release my-model.gguf --name my-model --version 2 --license MIT --to site/",
      "  bantam model sign site/my-model/2/release.json --key our-key.pem"
    })
final class ModelReleaseCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A .gguf file, a folder with safetensors or an ONNX export, or what is installed:"
              + " NAME[:VERSION][@VARIANT].")
  @SuppressWarnings("NullAway.Init")
  private String model;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call it (default: as it is installed).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "Its version (default: one that follows from its content).")
  private Optional<String> version = Optional.empty();

  @Option(
      names = "--license",
      paramLabel = "SPDX",
      description =
          "Under which licence, e.g. Apache-2.0; unknown if you do not know (default: as it is"
              + " installed).")
  private Optional<String> license = Optional.empty();

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is, in a few words.")
  private Optional<String> description = Optional.empty();

  @Option(
      names = "--canary",
      paramLabel = "FILE",
      description =
          "A YAML or JSON list of requests with a known outcome, {task, request, expect}, by which"
              + " devices try the model before it serves.")
  private Optional<Path> canaries = Optional.empty();

  @Option(
      names = "--revision",
      paramLabel = "NUMBER",
      description =
          "Grows with each release: devices refuse a smaller one (default: one more than there is"
              + " in FOLDER).")
  private Optional<Long> revision = Optional.empty();

  @Option(
      names = "--gated",
      description = "Devices fetch it only after somebody has accepted the licence's terms there.")
  private boolean gated;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to write it.")
  @SuppressWarnings("NullAway.Init")
  private Path to;

  private final CliContext context;

  ModelReleaseCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException {
    Published published = publish();
    if (json.wanted()) {
      context.printJson(
          Map.of(
              "reference",
              published.reference().toString(),
              "release",
              published.file().toString(),
              "sha256",
              published.sha256(),
              "revision",
              published.revision()));
      return 0;
    }
    context.print(
        "%s, revision %d: %s"
            .formatted(published.reference(), published.revision(), published.file()));
    context.print("To sign it, before you serve the folder:");
    context.print("  bantam model sign %s --key KEY.pem".formatted(published.file()));
    context.print("To pull it on a device:");
    context.print(
        "  bantam model pull %s --source https://HOST/%s --sha256 %s"
            .formatted(
                published.reference(),
                to.toAbsolutePath().relativize(published.file().toAbsolutePath()),
                published.sha256()));
    return 0;
  }

  private Published publish() throws ModelException, CliException {
    if (Files.exists(Path.of(model))) {
      if (name.isEmpty() || license.isEmpty()) {
        throw new CliException(
            ExitCode.USAGE,
            "what shall %s be called, and under which licence is it? Add --name NAME --license SPDX"
                .formatted(model));
      }
      return Publication.write(Path.of(model), about(name.get()), to);
    }
    ModelReference installed = installed();
    return context.models().publish(installed, about(name.orElseGet(installed::name)), to);
  }

  private ModelReference installed() throws CliException {
    try {
      return ModelReference.parse(model);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "there is no file or folder " + model, e);
    }
  }

  private Publication.About about(String as) throws CliException {
    return new Publication.About(as, version, description, license, revision, gated, canaries());
  }

  private List<Canary> canaries() throws CliException {
    if (canaries.isEmpty()) {
      return List.of();
    }
    return Canaries.read(canaries.get())
        .orElseThrow(
            report ->
                new CliException(ExitCode.REFUSED, "the canaries cannot be used:\n" + report));
  }
}
