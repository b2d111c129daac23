package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.catalog.MemoryFigures;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelFiles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam model show}. */
@Command(
    name = "show",
    header = "Shows one installed model: licence, size, memory, and where its files lie.",
    description = {
      "Memory is predicted: what the weights take once, and what each request takes while it is",
      "answered, by the context it fills. The process itself takes about 70 MB besides."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model show smollm2-135m-instruct",
      "  bantam model show smollm2-135m-instruct --context 1024,4096",
      "  bantam model show my-model --for-catalog         what a site's catalog can say of its memory"
    })
final class ModelShowCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelArgument model = new ModelArgument();

  @Option(
      names = "--context",
      split = ",",
      paramLabel = "N",
      description =
          "Context lengths to predict the memory of (default: a few up to the trained one).")
  private List<Integer> lengths = List.of();

  @Option(
      names = "--for-catalog",
      description =
          "Prints what a catalog's entry can say of the memory of all its variants that are"
              + " installed, so that it can be planned before it is pulled.")
  private boolean forCatalog;

  private final CliContext context;

  ModelShowCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException {
    if (lengths.stream().anyMatch(length -> length < 1)) {
      throw new CliException(ExitCode.USAGE, "--context: a context has at least 1 token");
    }
    ModelRepository models = context.models();
    ModelFiles files = models.resolve(model.reference());
    if (forCatalog) {
      return showFigures(models.variants(files.reference().withoutVariant()));
    }
    for (InstalledModel installed : models.list()) {
      for (InstalledVariant variant : installed.variants()) {
        if (installed.reference(variant).equals(files.reference())) {
          show(installed, variant, files);
        }
      }
    }
    return 0;
  }

  private int showFigures(List<ModelFiles> variants) throws ModelException, CliException {
    MemoryFigures figures =
        MemoryPrediction.figures(variants)
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.FAILED,
                        "nothing is known of the memory of %s: it is neither a decoder nor an encoder"
                            .formatted(model.reference())));
    if (json.wanted()) {
      context.printJson(Map.of("memory", figures.json()));
    } else {
      figures.yaml().forEach(context::print);
    }
    return ExitCode.DONE;
  }

  private void show(InstalledModel installed, InstalledVariant variant, ModelFiles files)
      throws ModelException {
    Optional<MemoryTable> memory =
        MemoryPrediction.of(files).map(known -> new MemoryTable(known, lengths));
    if (json.wanted()) {
      Map<String, Object> fields = Descriptions.fields(installed);
      memory.ifPresent(known -> fields.put("memory", known.fields(files.reference())));
      context.printJson(fields);
      return;
    }
    context.print("model          " + files.reference());
    context.print("description    " + installed.description());
    context.print("licence        " + installed.license());
    context.print("architecture   " + variant.architecture());
    context.print("parameters     " + variant.parameters());
    context.print("context        " + variant.contextLength() + " tokens");
    context.print("prompt format  " + variant.promptFormat().orElse("the plugin's choice"));
    variant
        .error()
        .ifPresent(error -> context.print("error          " + Descriptions.error(error)));
    context.print("size           " + Descriptions.megabytes(variant.size()));
    memory.map(MemoryTable::lines).orElse(List.of()).forEach(context::print);
    context.print("made from      " + installed.file() + " " + variant.madeFrom().sha256());
    files.files().forEach((role, path) -> context.print("%-14s %s".formatted(role, path)));
  }
}
