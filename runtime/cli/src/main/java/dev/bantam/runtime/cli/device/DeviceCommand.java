package dev.bantam.runtime.cli.device;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam device}. */
@Command(
    name = "device",
    header = "Tests what this machine can run.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  bantam device test"})
public final class DeviceCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private DeviceCommand() {}

  /** The command with all that belong to it. */
  public static CommandLine with(CliContext context) {
    return new CommandLine(new DeviceCommand()).addSubcommand(new DeviceTestCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: " + String.join(", ", spec.subcommands().keySet()));
  }
}
