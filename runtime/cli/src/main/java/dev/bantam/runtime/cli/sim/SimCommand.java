package dev.bantam.runtime.cli.sim;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam sim}. */
@Command(
    name = "sim",
    header = "Plays scenarios: sensors and event logs that are not there.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam sim list",
      "  bantam sim run boiler-room --short",
      "  bantam sim validate my-site.yaml"
    })
public final class SimCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private SimCommand() {}

  /** The command with all that belong to it. */
  public static CommandLine with(CliContext context) {
    return new CommandLine(new SimCommand())
        .addSubcommand(new SimListCommand(context))
        .addSubcommand(new SimRunCommand(context))
        .addSubcommand(new SimValidateCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: " + String.join(", ", spec.subcommands().keySet()));
  }
}
