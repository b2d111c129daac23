package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelException;
import dev.bantam.models.Publication;
import dev.bantam.models.Publication.Published;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import java.nio.file.Path;
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
            + " Serve FOLDER by any web server, or share it. A version that is there never changes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model release my-model.gguf --name my-model --version 2 --license MIT --to site/",
      "  bantam model sign site/my-model/2/release.json --key our-key.pem"
    })
final class ModelReleaseCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      paramLabel = "FILE",
      description = "A .gguf file, or a folder with safetensors or an ONNX export.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "What to call it.")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "Its version (default: one that follows from its content).")
  private Optional<String> version = Optional.empty();

  @Option(
      names = "--license",
      required = true,
      paramLabel = "SPDX",
      description = "Under which licence, e.g. Apache-2.0; unknown if you do not know.")
  @SuppressWarnings("NullAway.Init")
  private String license;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is, in a few words.")
  private String description = "";

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
  public Integer call() throws ModelException {
    Publication.About about =
        new Publication.About(name, version, description, license, revision, gated);
    Published published = Publication.write(file, about, to);
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
}
