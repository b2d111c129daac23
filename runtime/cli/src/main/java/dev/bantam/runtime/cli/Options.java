package dev.bantam.runtime.cli;

import picocli.CommandLine.Option;

/** Options that every command has. */
public final class Options {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** Read before the command line is parsed, for the log must be set up first. */
  @Option(
      names = {"-v", "--verbose"},
      description = "Log what happens, on standard error.")
  boolean verbose;

  /** As {@link #verbose}. */
  @Option(
      names = "--debug",
      description = "Log everything, with stack traces. BANTAM_DEBUG=1 does the same.")
  boolean debug;

  /** The option of commands that can answer to programs. */
  public static final class Json {

    @Option(
        names = "--json",
        description = "Print the result as one JSON object, on the last line of standard output.")
    boolean json;

    /** Whether a program reads the result. */
    public boolean wanted() {
      return json;
    }
  }
}
