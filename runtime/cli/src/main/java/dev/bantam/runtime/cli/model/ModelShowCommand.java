package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelFiles;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam model show}. */
@Command(
    name = "show",
    header = "Shows one installed model: licence, size, and where its files lie.",
    footerHeading = "%nExamples:%n",
    footer = "  bantam model show smollm2-135m-instruct")
final class ModelShowCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelArgument model = new ModelArgument();

  private final CliContext context;

  ModelShowCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    ModelRepository models = context.models();
    ModelFiles files = models.resolve(model.reference());
    for (InstalledModel installed : models.list()) {
      for (InstalledVariant variant : installed.variants()) {
        if (installed.reference(variant).equals(files.reference())) {
          show(installed, variant, files);
        }
      }
    }
    return 0;
  }

  private void show(InstalledModel installed, InstalledVariant variant, ModelFiles files) {
    if (json.wanted()) {
      context.printJson(Descriptions.fields(installed));
      return;
    }
    context.print("model          " + files.reference());
    context.print("description    " + installed.description());
    context.print("licence        " + installed.license());
    context.print("architecture   " + variant.architecture());
    context.print("parameters     " + variant.parameters());
    context.print("context        " + variant.contextLength() + " tokens");
    context.print("prompt format  " + variant.promptFormat().orElse("the plugin's choice"));
    context.print("size           " + Descriptions.megabytes(variant.size()));
    context.print("made from      " + installed.file() + " " + variant.madeFrom().sha256());
    files.files().forEach((role, path) -> context.print("%-14s %s".formatted(role, path)));
  }
}
