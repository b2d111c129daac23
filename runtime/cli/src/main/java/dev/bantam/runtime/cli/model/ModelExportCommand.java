package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model export}. */
@Command(
    name = "export",
    header = "Writes installed models into one file, for devices that no network reaches.",
    description = {
      "The file is a bundle: import it on the other device with bantam model import FILE. Nothing is",
      "imported anew there, so a small device needs no time for it, and neither Python nor memory."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model export smollm2-135m-instruct --to smollm2.bundle",
      "  bantam model export smollm2-135m-instruct@q8 all-minilm-l6-v2 --to /media/stick/models.bundle",
      "  bantam model import /media/stick/models.bundle          on the other device"
    })
final class ModelExportCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      converter = References.class,
      description =
          "NAME[:VERSION][@VARIANT]; without a version the newest, without a variant all of them.")
  @SuppressWarnings("NullAway.Init")
  private List<ModelReference> references;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "The file to write; it must not exist.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  private final CliContext context;

  ModelExportCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    List<InstalledModel> models =
        context.models().bundles().write(references, file, new ImportReport(context.terminal()));
    context.terminal().endProgress();
    long bytes = file.toFile().length();
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", file.toString());
      fields.put("bytes", bytes);
      fields.put("models", models.stream().map(Descriptions::fields).toList());
      context.printJson(fields);
    } else {
      Descriptions.references(models).forEach(context::print);
      context.print("written to %s (%s)".formatted(file, Descriptions.megabytes(bytes)));
    }
    return ExitCode.DONE;
  }
}
