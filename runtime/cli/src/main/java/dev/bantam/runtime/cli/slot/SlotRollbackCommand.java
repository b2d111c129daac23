package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bantam slot rollback}. */
@Command(
    name = "rollback",
    header = "Puts back the model that a slot had before.",
    description = {
      "Writes a wish for it, as slot swap does; with --wait the exit code is of the same meaning."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bantam slot rollback assistant --wait"})
final class SlotRollbackCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private WaitOptions waiting = new WaitOptions();

  @Parameters(index = "0", paramLabel = "SLOT", description = "The slot.")
  @SuppressWarnings("NullAway.Init")
  private String slot;

  private final CliContext context;

  SlotRollbackCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    try (SlotWish wish = SlotWish.open(context, waiting.where(), slot)) {
      Map<String, Object> previous = SlotStatus.part(wish.report(), "previous");
      if (previous.isEmpty()) {
        throw new CliException(
            ExitCode.REFUSED,
            "slot %s has no model of before: it was never replaced".formatted(slot));
      }
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("model", SlotStatus.text(previous, "model"));
      Map<String, Object> policy = waiting.policy();
      policy.put("allow_downgrade", true);
      fields.put("policy", policy);
      return waiting.write(context, wish, fields);
    }
  }
}
