package dev.bantam.runtime.cli.model;

import dev.bantam.format.DecoderMemory;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam model calibrate}. */
@Command(
    name = "calibrate",
    header = "Makes a decoder ready to keep keys and values in bytes.",
    description = {
      "Runs the model over a short text and adds a graph with an int8 KV cache, which",
      "takes a quarter of the memory. A slot takes it with the setting \"kv\": int8. An import of the",
      "model by a newer Bantam makes it necessary again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model calibrate smollm2-135m-instruct",
      "  bantam perplexity --model smollm2-135m-instruct --kv int8 --text sample.txt"
    })
final class ModelCalibrateCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelArgument model = new ModelArgument();

  @Mixin private SiteOption site = new SiteOption();

  private final CliContext context;

  ModelCalibrateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException {
    ModelRepository models = site.repository(context);
    ModelReference made = models.int8Caches().add(model.reference(), new CacheCalibrator());
    ModelFiles files = models.resolve(made);
    long floats = bytesPerToken(files, "float");
    long bytes = bytesPerToken(files, "int8");
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("reference", made.toString());
      fields.put("cache_bytes_per_token", bytes);
      context.printJson(fields);
    } else {
      context.print(
          "%s has an int8 cache now, of %d bytes a token instead of %d; a slot takes it with settings: {kv: int8}"
              .formatted(made, bytes, floats));
    }
    return ExitCode.DONE;
  }

  private static long bytesPerToken(ModelFiles files, String kv) throws ModelException {
    Optional<DecoderMemory> memory = MemoryPrediction.of(files, CacheOption.settings(kv));
    return memory.orElseThrow().cachePerToken();
  }
}
