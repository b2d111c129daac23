package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam slot}. */
@Command(
    name = "slot",
    header = "Shows which models a running device serves with, and replaces them.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam slot list",
      "  bantam slot swap assistant smollm2-135m-instruct@q8 --wait",
      "  bantam slot rollback assistant --wait",
      "  bantam slot history assistant"
    })
public final class SlotCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private SlotCommand() {}

  /** The command with all that belong to it. */
  public static CommandLine with(CliContext context) {
    return new CommandLine(new SlotCommand())
        .addSubcommand(new SlotListCommand(context))
        .addSubcommand(new SlotSwapCommand(context))
        .addSubcommand(new SlotRollbackCommand(context))
        .addSubcommand(new SlotHistoryCommand(context));
  }

  /** {@code bantam ps}: Ollama's name for {@code slot list}. */
  public static Object list(CliContext context) {
    return new SlotListCommand(context);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: " + String.join(", ", spec.subcommands().keySet()));
  }
}
