package dev.bantam.runtime.cli.model;

import dev.bantam.inference.bench.Perplexity;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam perplexity}. */
@Command(
    name = "perplexity",
    header = "Measures how well a model foresees a text; lower is better.",
    description = {
      "The measure by which variants of one model are compared: give each the same text. The text is",
      "cut into windows, and the second half of each is scored, as llama.cpp's perplexity tool does."
    },
    footerHeading = "%nExamples:%n",
    footer =
        "  bantam perplexity --model smollm2-135m-instruct@q4_1 --text sample.txt --window 512 --json")
public final class PerplexityCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelToRun model = new ModelToRun();

  @Mixin private CacheOption cache = new CacheOption();

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE",
      description = "A text in UTF-8, of at least one window.")
  @SuppressWarnings("NullAway.Init")
  private Path text;

  @Option(
      names = "--window",
      defaultValue = "512",
      paramLabel = "N",
      description = "Tokens a window (default: ${DEFAULT-VALUE}).")
  private int window;

  private final CliContext context;

  public PerplexityCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, TaskException, CliException {
    String content = read();
    ModelFiles files = model.files(context);
    LoadContext wanted = cache.loadContext(model.threads());
    Signals.haltWhileNativeCodeRuns();
    try (Tokenizer tokenizer = Tokenizers.load(files.require(ModelFiles.TOKENIZER));
        DecoderModel loaded = DecoderModel.load(files, wanted)) {
      print(Perplexity.of(loaded, tokenizer.encodeText(content), window, this::show));
      return ExitCode.DONE;
    } catch (TaskException e) {
      if (e.code() == ErrorCode.INVALID_REQUEST) {
        throw new CliException(ExitCode.USAGE, e.text(), e);
      }
      throw e;
    }
  }

  private String read() throws CliException {
    try {
      return Files.readString(text);
    } catch (NoSuchFileException e) {
      throw new CliException(ExitCode.USAGE, "there is no file %s".formatted(text), e);
    } catch (CharacterCodingException e) {
      throw new CliException(ExitCode.USAGE, "%s is no text in UTF-8".formatted(text), e);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, "%s cannot be read: %s".formatted(text, e.getMessage()), e);
    }
  }

  private void show(int number, int total, double soFar) {
    context
        .terminal()
        .line(String.format(Locale.ROOT, "window %d of %d: %.3f", number, total, soFar));
  }

  private void print(Perplexity.Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("perplexity", result.perplexity());
    fields.put("scored_tokens", result.tokens());
    fields.put("windows", result.windows());
    fields.put("window", window);
    if (json.wanted()) {
      context.printJson(fields);
    } else {
      fields.forEach((name, value) -> context.print("%-16s %s".formatted(name, value)));
    }
  }
}
