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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;

/** Puts the commands together. */
public final class Cli {

  private Cli() {}

  /** All commands, with one way to report what goes wrong. */
  private static CommandLine all(CliContext context) {
    CommandLine line = new CommandLine(new RootCommand());
    commands(context).forEach((name, command) -> line.addSubcommand(name, command.get()));
    return reporting(context, line);
  }

  /**
   * Runs the command that arguments name. Others are not made: picocli reads all that each of them
   * says of itself, which takes longer than many a command.
   *
   * @return the exit code
   */
  public static int execute(CliContext context, String... args) {
    Supplier<Object> named = args.length == 0 ? null : commands(context).get(args[0]);
    if (named == null) {
      return all(context).execute(args);
    }
    CommandLine line = new CommandLine(new RootCommand()).addSubcommand(args[0], named.get());
    return reporting(context, line).execute(args);
  }

  /** By their names, in the order of the help. */
  private static Map<String, Supplier<Object>> commands(CliContext context) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("up", () -> new UpCommand(context));
    commands.put("run", () -> new RunCommand(context));
    commands.put("config", () -> ConfigCommand.with(context));
    commands.put("ask", () -> new AskCommand(context));
    commands.put("route", () -> RouteCommand.with(context));
    commands.put("model", () -> ModelCommand.with(context));
    commands.put("slot", () -> SlotCommand.with(context));
    commands.put("profile", () -> ProfileCommand.with(context));
    commands.put("device", () -> DeviceCommand.with(context));
    commands.put("decode", () -> new DecodeCommand(context));
    commands.put("encode", () -> new EncodeCommand(context));
    commands.put("bench", () -> new BenchCommand(context));
    commands.put("perplexity", () -> new PerplexityCommand(context));
    commands.put("tune", () -> new TuneCommand(context));
    commands.put("sim", () -> SimCommand.with(context));
    commands.put("health", () -> new HealthCommand(context));
    commands.put("doctor", () -> new DoctorCommand(context));
    // As users of Ollama know them.
    commands.put("pull", () -> ModelCommand.pull(context));
    commands.put("ls", () -> ModelCommand.list(context));
    commands.put("rm", () -> ModelCommand.remove(context));
    commands.put("ps", () -> SlotCommand.list(context));
    return commands;
  }

  private static CommandLine reporting(CliContext context, CommandLine line) {
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
