package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bantam slot history}. */
@Command(
    name = "history",
    header = "Lists how the last swaps of a slot ended, the newest first.",
    footerHeading = "%nExamples:%n",
    footer = {"  bantam slot history assistant", "  bantam slot history assistant --json"})
final class SlotHistoryCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private SlotStatus status = new SlotStatus();

  @Parameters(index = "0", paramLabel = "SLOT", description = "The slot.")
  @SuppressWarnings("NullAway.Init")
  private String slot;

  private final CliContext context;

  SlotHistoryCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    Map<String, Object> report = SlotStatus.part(status.ask(context, Optional.of(slot)), slot);
    List<?> history = report.get("history") instanceof List<?> found ? found : List.of();
    if (json.wanted()) {
      context.printJson(Map.of("slot", slot, "history", history));
      return ExitCode.DONE;
    }
    if (history.isEmpty()) {
      context.print("the model of slot %s was never replaced".formatted(slot));
    }
    for (Object each : history) {
      if (each instanceof Map<?, ?> outcome) {
        context.print(SlotStatus.text(outcome, "at") + "  " + SwapLines.outcome(outcome));
      }
    }
    return ExitCode.DONE;
  }
}
