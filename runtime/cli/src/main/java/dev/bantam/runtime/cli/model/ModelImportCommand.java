package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.terminal.ProgressBar;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model import}. */
@Command(
    name = "import",
    header = "Imports a GGUF file or a folder with safetensors.",
    description =
        "A GGUF is the format of llama.cpp and Ollama; a folder with config.json, tokenizer.json and"
            + " model.safetensors that of transformers. Files are read once and not needed"
            + " afterwards.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model import SmolLM2-135M-Instruct.Q4_1.gguf --name my-model",
      "  bantam model import SmolLM2-135M-Instruct/ --name my-model",
      "  bantam up --model my-model"
    })
final class ModelImportCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(paramLabel = "FILE", description = "The .gguf file, or the folder.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "What to call it: lower case letters, digits, '.', '_' and '-'.")
  @SuppressWarnings("NullAway.Init")
  private String name;

  private final CliContext context;

  ModelImportCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    InstalledModel model =
        context
            .models()
            .importFile(
                file,
                name,
                (step, done, total) ->
                    context
                        .terminal()
                        .progress(
                            step.startsWith("sha256") ? "checking sha256" : "importing",
                            new ProgressBar(done, total, 0)));
    context.terminal().endProgress();
    if (json.wanted()) {
      context.printJson(Descriptions.fields(model));
    } else {
      context.print("%s is installed".formatted(model.reference(model.variants().get(0))));
    }
    return 0;
  }
}
