package dev.bantam.runtime.cli.model;

import dev.bantam.inference.generation.GreedyDecode;
import dev.bantam.inference.session.DecoderModel;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam decode}. */
@Command(
    name = "decode",
    header = "Decodes greedily: raw token ids in, tokens and logits out.",
    description = {
      "No template, no tokenizer, no stop at the end of text: the handle by which anyone compares",
      "Bantam with another engine. The JSON has \"tokens\", and \"top\" with the five best pairs of",
      "token and logit for each step."
    },
    footerHeading = "%nExamples:%n",
    footer =
        "  bantam decode --model smollm2-135m-instruct --tokens 504,3575,282,4649,314 --new 8 --json")
public final class DecodeCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelToRun model = new ModelToRun();

  @Mixin private CacheOption cache = new CacheOption();

  @Option(
      names = "--tokens",
      required = true,
      split = ",",
      paramLabel = "ID",
      description = "Token ids to start from, separated by commas.")
  @SuppressWarnings("NullAway.Init")
  private int[] tokens;

  @Option(
      names = "--new",
      defaultValue = "16",
      paramLabel = "N",
      description = "Tokens to decode (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  private final CliContext context;

  public DecodeCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, TaskException, CliException {
    ModelFiles files = model.files(context);
    LoadContext wanted = cache.loadContext(model.threads());
    Signals.haltWhileNativeCodeRuns();
    try (DecoderModel loaded = DecoderModel.load(files, wanted)) {
      print(GreedyDecode.run(loaded, tokens, newTokens));
      return ExitCode.DONE;
    } catch (TaskException e) {
      if (e.code() == ErrorCode.INVALID_REQUEST || e.code() == ErrorCode.PROMPT_TOO_LONG) {
        throw new CliException(ExitCode.USAGE, e.text(), e);
      }
      throw e;
    }
  }

  private void print(List<GreedyDecode.Step> steps) {
    if (!json.wanted()) {
      for (GreedyDecode.Step step : steps) {
        context.print(
            step.top().stream()
                .map(candidate -> candidate.token() + ":" + candidate.logit())
                .collect(Collectors.joining("  ", "%-8d ".formatted(step.token()), "")));
      }
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tokens", steps.stream().map(GreedyDecode.Step::token).toList());
    fields.put("top", steps.stream().map(DecodeCommand::pairs).toList());
    context.printJson(fields);
  }

  private static List<List<Object>> pairs(GreedyDecode.Step step) {
    return step.top().stream()
        .map(candidate -> List.<Object>of(candidate.token(), candidate.logit()))
        .toList();
  }
}
