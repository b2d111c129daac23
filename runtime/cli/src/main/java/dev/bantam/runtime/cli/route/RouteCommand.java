package dev.bantam.runtime.cli.route;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam route}. */
@Command(
    name = "route",
    header = "Tries a device's routes, and shows what they do.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam route test bantam.yaml --topic plant/boiler/7/temp --payload '{\"t\": 97}'",
      "  bantam route stats",
      "  bantam route watch"
    })
public final class RouteCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private RouteCommand() {}

  /** The command with all that belong to it. */
  public static CommandLine with(CliContext context) {
    return new CommandLine(new RouteCommand())
        .addSubcommand(new RouteTestCommand(context))
        .addSubcommand(new RouteStatsCommand(context))
        .addSubcommand(new RouteWatchCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: " + String.join(", ", spec.subcommands().keySet()));
  }
}
