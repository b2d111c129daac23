package dev.bantam.runtime.cli.model;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam model}: groups the commands about installed models. */
@Command(
    name = "model",
    header = "Shows, fetches, imports, checks and removes models.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "A model is named NAME[:VERSION][@VARIANT], for example smollm2-135m-instruct:1@q4_1. What is",
      "left out is chosen: the newest version, the best variant."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model list",
      "  bantam model pull smollm2-135m-instruct",
      "  bantam model import my-model.gguf --name my-model",
      "  bantam model verify smollm2-135m-instruct",
      "  bantam model rm my-model",
      "",
      "Short forms: bantam pull, bantam ls, bantam rm."
    })
public final class ModelCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private ModelCommand() {}

  /** What {@code model pull} does, for a name of its own. */
  public static Object pull(CliContext context) {
    return new ModelPullCommand(context);
  }

  /** What {@code model list} does, for a name of its own. */
  public static Object list(CliContext context) {
    return new CommandLine(new ModelListCommand(context)).setCommandName("ls");
  }

  /** What {@code model rm} does, for a name of its own. */
  public static Object remove(CliContext context) {
    return new ModelRemoveCommand(context);
  }

  /** The command with all that belong to it. */
  public static CommandLine with(CliContext context) {
    return new CommandLine(new ModelCommand())
        .addSubcommand(new ModelListCommand(context))
        .addSubcommand(new ModelShowCommand(context))
        .addSubcommand(new ModelPullCommand(context))
        .addSubcommand(new ModelAcceptCommand(context))
        .addSubcommand(new ModelImportCommand(context))
        .addSubcommand(new ModelCalibrateCommand(context))
        .addSubcommand(new ModelExportCommand(context))
        .addSubcommand(new ModelVerifyCommand(context))
        .addSubcommand(new ModelRemoveCommand(context))
        .addSubcommand(new ModelAliasCommand(context))
        .addSubcommand(new ModelHoldsCommand(context))
        .addSubcommand(new ModelGcCommand(context))
        .addSubcommand(new ModelReleaseCommand(context))
        .addSubcommand(new ModelKeygenCommand(context))
        .addSubcommand(new ModelSignCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "model what? The commands are: " + String.join(", ", spec.subcommands().keySet()));
  }
}
