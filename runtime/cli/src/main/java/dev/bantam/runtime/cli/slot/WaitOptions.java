package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that write a wish, and the writing. */
final class WaitOptions {

  @Mixin private Options.Json json = new Options.Json();
  @Mixin private SlotStatus where = new SlotStatus();

  @Option(
      names = "--wait",
      description = "Wait for the outcome, and let the exit code tell it: 0, 3 or 4.")
  private boolean wait;

  @Option(
      names = "--wait-limit",
      defaultValue = "600",
      paramLabel = "SECONDS",
      description = "Longest time to wait for the outcome (default: ${DEFAULT-VALUE}).")
  private int waitLimit;

  @Option(
      names = "--probation",
      paramLabel = "TIME",
      description = "How long the new model is watched before it counts as good (default: 60s).")
  private Optional<String> probation = Optional.empty();

  /** What the policy of a wish says by these options. */
  Map<String, Object> policy() {
    Map<String, Object> policy = new LinkedHashMap<>();
    probation.ifPresent(time -> policy.put("probation", time));
    return policy;
  }

  SlotStatus where() {
    return where;
  }

  /**
   * Writes a wish and, if that is wanted, waits for its outcome.
   *
   * @return the exit code
   */
  int write(CliContext context, SlotWish wish, Map<String, Object> fields)
      throws CliException, InterruptedException, ExecutionException {
    long generation = wish.write(fields, Duration.ofSeconds(30));
    if (!wait) {
      report(context, Map.of("generation", generation));
      if (!json.wanted()) {
        context.print(
            "wished for, generation %d; bantam slot list shows what comes of it"
                .formatted(generation));
      }
      return ExitCode.DONE;
    }
    Map<String, Object> outcome =
        wish.await(
            generation,
            Duration.ofSeconds(waitLimit),
            progress -> context.terminal().line("  " + SwapLines.progress(progress)));
    report(context, outcome);
    if (!json.wanted()) {
      context.print(SwapLines.outcome(outcome));
    }
    return exitCode(outcome, generation);
  }

  private void report(CliContext context, Map<String, Object> fields) {
    if (json.wanted()) {
      context.printJson(fields);
    }
  }

  private static int exitCode(Map<String, Object> outcome, long generation) {
    boolean ours = outcome.get("generation") instanceof Number n && n.longValue() == generation;
    return switch (SlotStatus.text(outcome, "result")) {
      case "SUCCESSFUL" -> ours ? ExitCode.DONE : ExitCode.REFUSED;
      case "FAILED_UNABLE_TO_ROLLBACK" -> ExitCode.NOT_ROLLED_BACK;
      default -> ExitCode.REFUSED;
    };
  }
}
