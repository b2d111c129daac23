package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam slot list}, and {@code bantam ps}. */
@Command(
    name = "list",
    header = "Lists a running device's slots and the models in them.",
    description = {
      "Without --url it asks the device that is up on this machine. It asks over MQTT, by the task",
      "slot-status, so the broker must let it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam slot list",
      "  bantam slot list --json | jq .slots.assistant.active.model",
      "  bantam slot list --url mqtt://192.0.2.7:1883 --device boiler-room"
    })
final class SlotListCommand implements Callable<Integer> {

  private static final String LINE = "%-12s %-10s %-40s %s";

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private SlotStatus status = new SlotStatus();

  private final CliContext context;

  SlotListCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    Map<String, Object> slots = status.ask(context, Optional.empty());
    if (json.wanted()) {
      context.printJson(Map.of("slots", slots));
      return ExitCode.DONE;
    }
    context.print(LINE.formatted("slot", "state", "model", "last swap"));
    slots.forEach((name, report) -> context.print(line(name, SlotStatus.part(slots, name))));
    return ExitCode.DONE;
  }

  private static String line(String name, Map<String, Object> report) {
    Map<String, Object> active = SlotStatus.part(report, "active");
    Map<String, Object> progress = SlotStatus.part(report, "progress");
    Map<String, Object> outcome = SlotStatus.part(report, "outcome");
    String swap = "";
    if (!progress.isEmpty()) {
      swap =
          "%s: %s"
              .formatted(SlotStatus.text(progress, "phase"), SlotStatus.text(progress, "wanted"));
    } else if (!outcome.isEmpty()) {
      swap = SwapLines.outcome(outcome);
    }
    return LINE.formatted(
            name,
            SlotStatus.text(report, "state"),
            active.isEmpty() ? SlotStatus.text(report, "wanted") : SlotStatus.text(active, "model"),
            swap)
        .stripTrailing();
  }
}
