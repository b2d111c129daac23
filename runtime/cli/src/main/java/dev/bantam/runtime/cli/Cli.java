package dev.bantam.runtime.cli;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.StartException;
import dev.bantam.runtime.cli.device.DeviceCommand;
import dev.bantam.runtime.cli.health.HealthCommand;
import dev.bantam.runtime.cli.model.BenchCommand;
import dev.bantam.runtime.cli.model.DecodeCommand;
import dev.bantam.runtime.cli.model.EncodeCommand;
import dev.bantam.runtime.cli.model.ModelCommand;
import dev.bantam.runtime.cli.model.PerplexityCommand;
import dev.bantam.runtime.cli.route.RouteCommand;
import dev.bantam.runtime.cli.sim.SimCommand;
import dev.bantam.runtime.cli.slot.SlotCommand;
import dev.bantam.runtime.cli.tune.TuneCommand;
import dev.bantam.runtime.cli.up.RunCommand;
import dev.bantam.runtime.cli.up.UpCommand;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.device.SetupException;
import dev.bantam.simulator.report.ReportException;
import dev.bantam.simulator.schedule.ScheduleException;
import dev.bantam.spi.TaskException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;

/** Puts the commands together. */
public final class Cli {

  private Cli() {}

  /** All commands, with one way to report what goes wrong. */
  public static CommandLine commandLine(CliContext context) {
    CommandLine line =
        new CommandLine(new RootCommand())
            .addSubcommand(new UpCommand(context))
            .addSubcommand(new RunCommand(context))
            .addSubcommand(ConfigCommand.with(context))
            .addSubcommand(new AskCommand(context))
            .addSubcommand(RouteCommand.with(context))
            .addSubcommand(ModelCommand.with(context))
            .addSubcommand(SlotCommand.with(context))
            .addSubcommand(ProfileCommand.with(context))
            .addSubcommand(DeviceCommand.with(context))
            .addSubcommand(new DecodeCommand(context))
            .addSubcommand(new EncodeCommand(context))
            .addSubcommand(new BenchCommand(context))
            .addSubcommand(new PerplexityCommand(context))
            .addSubcommand(new TuneCommand(context))
            .addSubcommand(SimCommand.with(context))
            .addSubcommand(new HealthCommand(context))
            .addSubcommand(new DoctorCommand(context));
    ModelCommand.withShortForms(line, context);
    line.addSubcommand("ps", SlotCommand.list(context));
    line.setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(context.terminal().stream(), true, StandardCharsets.UTF_8));
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.setParameterExceptionHandler(usageErrors(line.getParameterExceptionHandler()));
    line.setExecutionExceptionHandler((e, at, parsed) -> report(context, e));
    return line;
  }

  private static IParameterExceptionHandler usageErrors(IParameterExceptionHandler standard) {
    return (e, args) -> {
      CommandLine at = e.getCommandLine();
      if (CommandLine.UnmatchedArgumentException.printSuggestions(e, at.getErr())) {
        return ExitCode.USAGE;
      }
      at.getErr().println("bantam: " + e.getMessage());
      at.getErr().printf("See: bantam %s%n", help(at));
      return ExitCode.USAGE;
    };
  }

  private static String help(CommandLine at) {
    String name = at.getCommandSpec().qualifiedName();
    String own = name.startsWith("bantam ") ? name.substring("bantam ".length()) + " " : "";
    return own + "--help";
  }

  private static int report(CliContext context, Exception failure) {
    Throwable cause = failure;
    while (cause instanceof ExecutionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    context.terminal().endProgress();
    context.terminal().line("bantam: " + message(cause));
    if (Boolean.getBoolean("bantam.debug")) {
      failure.printStackTrace(context.terminal().stream());
    }
    return exitCode(cause);
  }

  private static String message(Throwable failure) {
    if (isOurs(failure)) {
      return String.valueOf(failure.getMessage());
    }
    return "unexpected failure: %s%nThis is a fault of Bantam. Run the command again with --debug to see where it happens."
        .formatted(failure);
  }

  private static boolean isOurs(Throwable failure) {
    return failure instanceof CliException
        || failure instanceof ModelException
        || failure instanceof StartException
        || failure instanceof ProfileException
        || failure instanceof TaskException
        || failure instanceof ScheduleException
        || failure instanceof SetupException
        || failure instanceof ReportException
        || failure instanceof TaskClientException;
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof CliException known) {
      return known.exitCode();
    }
    Throwable reason = failure instanceof StartException ? failure.getCause() : failure;
    if (reason instanceof ModelException model) {
      return CliException.exitCode(model.kind());
    }
    if (failure instanceof SetupException) {
      return ExitCode.REFUSED;
    }
    if (failure instanceof ProfileException) {
      return ExitCode.USAGE;
    }
    return ExitCode.FAILED;
  }
}
