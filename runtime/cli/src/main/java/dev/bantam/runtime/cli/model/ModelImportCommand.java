package dev.bantam.runtime.cli.model;

import dev.bantam.models.Bundles;
import dev.bantam.models.ImportOptions;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import dev.bantam.models.ModelException;
import dev.bantam.models.VariantChoice;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.profile.ProfileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model import}. */
@Command(
    name = "import",
    header = "Imports a GGUF file, a folder with safetensors, an ONNX export, or a bundle.",
    description =
        "A GGUF is the format of llama.cpp and Ollama; a folder with config.json, tokenizer.json and"
            + " model.safetensors that of transformers; one with ONNX graphs (in onnx/ or beside"
            + " config.json) that of Optimum and onnx-community. Files are read once and not needed"
            + " afterwards. Imported again under the same name and quantized otherwise, a model gets"
            + " a further variant, to swap to: NAME@q8, NAME@q4 and so on. A bundle, as model export"
            + " writes it, brings its models' names and variants; with --config it must be signed,"
            + " and new enough, as that wants it of a pull.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model import SmolLM2-135M-Instruct.Q4_1.gguf --name my-model",
      "  bantam model import SmolLM2-135M-Instruct/ --name my-model",
      "  bantam model import SmolLM2-135M-Instruct/ --name my-model --quantize 8bit --report",
      "  bantam model import SmolLM2-135M-Instruct-ONNX/ --file model_q4.onnx --name my-export",
      "  bantam model import SmolLM2-135M-Instruct/ --name my-tuned-model --lora adapter/",
      "  bantam model import SmolLM2-135M-Instruct/ --name my-model --profile raspberry-pi-4",
      "  bantam model import dolly-v2-3b/ --name my-dolly --prompt-format dolly",
      "  bantam model import /media/stick/models.bundle",
      "  bantam model import /media/stick/models.bundle --config bantam.yaml",
      "  bantam up --model my-model@q8"
    })
final class ModelImportCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      paramLabel = "FILE",
      description = "The .gguf file, the folder, the .onnx file within one, or the bundle.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(
      names = "--file",
      paramLabel = "GRAPH",
      description = "Which ONNX graph of the folder, e.g. model_q4.onnx, where it has several.")
  private @Nullable String graph;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "What to call it: lower case letters, digits, '.', '_' and '-'; needed but for bundles.")
  private @Nullable String name;

  @Mixin private QuantizationOptions quantizing = new QuantizationOptions();

  @Mixin private TargetProfile target = new TargetProfile();

  @Option(
      names = "--lora",
      paramLabel = "ADAPTER",
      description =
          "Merge a LoRA adapter, a .gguf file or a folder as PEFT saves it, into a GGUF or"
              + " safetensors.")
  private Optional<Path> lora = Optional.empty();

  @Option(
      names = "--prompt-format",
      paramLabel = "FORMAT",
      description = {
        "How prompts are written for the model, kept when it is imported again (default: by its",
        "chat template, its name or its family): alpaca, conversation, dolly, plain, template."
      })
  private Optional<String> promptFormat = Optional.empty();

  @Option(
      names = "--report",
      description = "Print what was made of each tensor: types, size, relative error.")
  private boolean report;

  @Mixin private SiteOption site = new SiteOption();

  @Option(
      names = "--allow-downgrade",
      description =
          "Of a bundle: take releases that are older than what is installed, where --config leaves"
              + " that open.")
  private boolean allowDowngrade;

  private final CliContext context;

  ModelImportCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException, ProfileException {
    if (Bundles.isBundle(file)) {
      return importBundle();
    }
    if (name == null) {
      throw new CliException(
          ExitCode.USAGE,
          Files.exists(file)
              ? "what shall it be called? Type: bantam model import %s --name NAME".formatted(file)
              : "there is no file %s".formatted(file));
    }
    return importModel(name);
  }

  private int importBundle() throws ModelException, CliException {
    if (name != null
        || graph != null
        || lora.isPresent()
        || promptFormat.isPresent()
        || quantizing.isSaid()
        || report) {
      throw new CliException(
          ExitCode.USAGE,
          "%s is a bundle, which brings its models as they are; type: bantam model import %s"
              .formatted(file, file));
    }
    List<InstalledModel> models =
        site.repository(context)
            .bundles()
            .read(file, allowDowngrade, new ImportReport(context.terminal()));
    context.terminal().endProgress();
    if (json.wanted()) {
      context.printJson(Map.of("models", models.stream().map(Descriptions::fields).toList()));
      return ExitCode.DONE;
    }
    for (InstalledModel model : models) {
      context.print("%s is installed (licence: %s)".formatted(model.reference(), model.license()));
    }
    Descriptions.references(models).forEach(context::print);
    return ExitCode.DONE;
  }

  private int importModel(String name) throws ModelException, CliException, ProfileException {
    Path source = graph == null ? file : ExportFolder.choose(file, graph);
    List<String> preferred = quantizing.isSaid() ? List.of() : target.variants(name);
    Quantization quantization = quantizing.wanted(source, preferred);
    ImportReport tensors = new ImportReport(context.terminal());
    ImportOptions wanted =
        ImportOptions.of(quantization).withAdapter(lora).withPromptFormat(promptFormat);
    InstalledModel model = site.repository(context).importFile(source, name, wanted, tensors);
    context.terminal().endProgress();
    if (json.wanted()) {
      Map<String, Object> fields = Descriptions.fields(model);
      if (report) {
        fields.put("tensors", tensors.fields());
      }
      context.printJson(fields);
      return 0;
    }
    if (report) {
      tensors.lines().forEach(context::print);
    }
    InstalledVariant variant = model.variant(quantization).orElse(model.variants().get(0));
    context.print(
        "%s is installed%s"
            .formatted(
                model.reference(variant),
                variant.error().map(error -> "; " + Descriptions.error(error)).orElse("")));
    if (preferred.contains(variant.variant())) {
      VariantChoice.reason(variant.variant(), preferred).ifPresent(context::print);
    }
    return 0;
  }
}
