package dev.bantam.runtime.cli.model;

import dev.bantam.inference.bench.BenchOptions;
import dev.bantam.inference.bench.BenchResult;
import dev.bantam.inference.bench.Benchmark;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam bench}. */
@Command(
    name = "bench",
    header = "Measures a model on this machine: prefill, decode, load time, memory.",
    description = "Speeds are medians of the rounds, after one that does not count.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam bench --model smollm2-135m-instruct",
      "  bantam bench --model smollm2-135m-instruct --prompt-tokens 512 --new-tokens 128 --threads 2 --json"
    })
public final class BenchCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelToRun model = new ModelToRun();

  @Mixin private CacheOption cache = new CacheOption();

  @Option(
      names = "--prompt-tokens",
      defaultValue = "512",
      paramLabel = "N",
      description = "Tokens to prefill (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--new-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Tokens to decode after them (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Rounds that count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  private final CliContext context;

  public BenchCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, TaskException, CliException {
    ModelFiles files = model.files(context);
    BenchOptions wanted = wanted();
    Signals.haltWhileNativeCodeRuns();
    try {
      BenchResult result = Benchmark.run(files, wanted, this::show);
      print(result);
      return ExitCode.DONE;
    } catch (TaskException e) {
      if (e.code() == ErrorCode.PROMPT_TOO_LONG) {
        throw new CliException(ExitCode.USAGE, e.text(), e);
      }
      throw e;
    }
  }

  private BenchOptions wanted() throws CliException {
    int count = model.threads();
    try {
      return new BenchOptions(promptTokens, newTokens, count, true, 1, rounds, cache.settings());
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private void show(int round, int total, BenchResult.Round figures) {
    context
        .terminal()
        .line(
            String.format(
                Locale.ROOT,
                "round %d of %d: prefill %.1f tok/s, decode %.1f tok/s%s",
                round,
                total,
                figures.prefillTokensPerSecond(),
                figures.decodeTokensPerSecond(),
                round == 1 ? " (warm-up)" : ""));
  }

  private void print(BenchResult result) {
    if (json.wanted()) {
      context.printJson(result.toFields());
      return;
    }
    result
        .toFields()
        .forEach(
            (name, value) ->
                context.print(
                    "%-28s %s"
                        .formatted(
                            name,
                            value instanceof Double number
                                ? String.format(Locale.ROOT, "%.2f", number)
                                : String.valueOf(value))));
  }
}
