package dev.bantam.runtime.cli.model;

import dev.bantam.format.EncoderConfig;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam encode}. */
@Command(
    name = "encode",
    header = "Encodes texts, one a line: embeddings, or what the model's head says of them.",
    description = {
      "The handle by which anyone compares Bantam with another engine. Each line of JSON has the",
      "text's \"token_ids\", special tokens included, whether it was \"truncated\" to the model's",
      "limit, and \"embedding\"; or \"labels\" and \"logits\"; or, for a model that finds answers,",
      "\"start_logits\" and \"end_logits\". Such a model is given a question, a tab and a context."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  echo 'the pump is hot' | bantam encode --model all-minilm-l6-v2-int8 --json",
      "  bantam encode --model my-model --variant fp32 --input texts.txt --json > embeddings.jsonl",
      "  bantam encode --model my-e5 --kind query --json < questions.txt"
    })
public final class EncodeCommand implements Callable<Integer> {

  /** Lines that are read before any is answered, so that texts of like lengths run together. */
  private static final int LINES = 256;

  @Mixin private Options options = new Options();

  @Mixin private ModelToRun model = new ModelToRun();

  @Option(
      names = "--variant",
      paramLabel = "V",
      description = "A variant of the model, such as fp32 (default: the best).")
  private Optional<String> variant = Optional.empty();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Puts the model's prefix for texts of this kind in front: query, passage.")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Where the texts are (default: standard input).")
  private Optional<Path> input = Optional.empty();

  @Option(names = "--json", description = "Print a JSON object for each text, on a line.")
  private boolean json;

  private final CliContext context;

  public EncodeCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, TaskException, CliException, IOException {
    ModelFiles files = model.files(context, variant);
    int threads = model.threads();
    Signals.haltWhileNativeCodeRuns();
    try (BufferedReader lines = open();
        EncoderModel loaded =
            EncoderModel.load(files, LoadContext.of(threads, Integer.MAX_VALUE))) {
      EncodedLines encoded = new EncodedLines(loaded, prefix(loaded.config()));
      List<String> texts = next(lines);
      for (; !texts.isEmpty(); texts = next(lines)) {
        print(encoded.encode(texts));
      }
      return ExitCode.DONE;
    }
  }

  private BufferedReader open() throws CliException {
    if (input.isEmpty()) {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }
    try {
      return Files.newBufferedReader(input.get());
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "--input: %s cannot be read".formatted(input.get()), e);
    }
  }

  private String prefix(EncoderConfig config) throws CliException {
    if (kind.isEmpty()) {
      return "";
    }
    String prefix = config.prefixes().get(kind.get());
    if (prefix == null) {
      throw new CliException(
          ExitCode.USAGE,
          "--kind %s: the model knows %s"
              .formatted(
                  kind.get(),
                  config.prefixes().isEmpty()
                      ? "no kinds of texts; leave --kind out"
                      : String.join(", ", config.prefixes().keySet())));
    }
    return prefix;
  }

  private static List<String> next(BufferedReader lines) throws IOException {
    List<String> texts = new ArrayList<>();
    while (texts.size() < LINES) {
      String line = lines.readLine();
      if (line == null) {
        break;
      }
      texts.add(line);
    }
    return texts;
  }

  private void print(List<Map<String, Object>> encoded) {
    for (Map<String, Object> fields : encoded) {
      if (json) {
        context.printJson(fields);
      } else {
        context.print(EncodedLines.brief(fields));
      }
    }
  }
}
