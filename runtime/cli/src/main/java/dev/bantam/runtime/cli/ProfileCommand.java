package dev.bantam.runtime.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam profile}. */
@Command(
    name = "profile",
    header = "Shows device profiles: what a class of hardware runs.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam profile plan                   what this machine loads, and what that takes",
      "  bantam profile detect                 which profile fits this machine, and why",
      "  bantam profile show raspberry-pi-5    what a profile says"
    })
final class ProfileCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private ProfileCommand() {}

  /** The command with all that belong to it. */
  static CommandLine with(CliContext context) {
    return new CommandLine(new ProfileCommand())
        .addSubcommand(new ProfileShowCommand(context))
        .addSubcommand(new ProfileDetectCommand(context))
        .addSubcommand(new ProfilePlanCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "profile what? Type: bantam profile detect, bantam profile show, or bantam profile plan");
  }
}
