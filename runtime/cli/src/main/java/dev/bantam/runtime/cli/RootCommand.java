package dev.bantam.runtime.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bantam} itself: only says what there is. */
@Command(
    name = "bantam",
    header = "Runs small language models on the edge and answers sensors over MQTT.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = VersionProvider.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam up                     model, broker, runtime and three simulated sensors",
      "  bantam ask chat 'Why is the sky blue?'       ask the one that is up",
      "  bantam run --config bantam.yaml              serve your own broker",
      "  bantam route test bantam.yaml --payload '{\"t\": 97}'   what a route makes of a message",
      "  bantam slot swap assistant my-model --wait   another model, without losing a request",
      "  bantam model import my.gguf --name my-model  use a model of your own",
      "  bantam doctor                 what is wrong with this machine, and what to do",
      "",
      "Results go to standard output, progress to standard error. Exit codes: 0 done, 2 wrong usage,",
      "3 refused or rolled back with nothing changed, 4 could not roll back, 130 interrupted before the",
      "work was done, 1 anything else.",
      "Models and state live in BANTAM_HOME (default: bantam below $XDG_DATA_HOME or ~/.local/share).",
      "Also: bantam test runs the tests of a checkout."
    })
final class RootCommand implements Runnable {

  @Mixin Options options = new Options();

  @Option(
      names = "--version",
      versionHelp = true,
      description = "Show the versions of Bantam, ONNX Runtime and the JVM.")
  boolean version;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no command given; the commands are: " + String.join(", ", spec.subcommands().keySet()));
  }
}
