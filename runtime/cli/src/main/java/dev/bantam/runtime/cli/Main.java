package dev.bantam.runtime.cli;

import dev.bantam.runtime.cli.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Where the process starts. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    configureLog(Arrays.asList(args), environment);
    PrintStream out = utf8(FileDescriptor.out);
    PrintStream err = utf8(FileDescriptor.err);
    System.setErr(err);
    CliContext context = new CliContext(environment, out, Terminal.of(err, environment));
    int status = Cli.execute(context, args);
    out.flush();
    // Vert.x, Paho and native libraries may leave threads; the command has ended all the same.
    System.exit(status);
  }

  /** Logback reads these when the first logger is made. */
  private static void configureLog(List<String> args, Map<String, String> environment) {
    boolean debug = args.contains("--debug") || isDebug(environment);
    boolean verbose = args.contains("--verbose") || args.contains("-v");
    System.setProperty("bantam.log.level", debug ? "DEBUG" : verbose ? "INFO" : "WARN");
    System.setProperty("bantam.log.exception", debug ? "%ex" : "%nopex");
    System.setProperty("bantam.debug", String.valueOf(debug));
  }

  private static boolean isDebug(Map<String, String> environment) {
    String value = environment.getOrDefault("BANTAM_DEBUG", "");
    return !value.isEmpty() && !value.equals("0");
  }

  /** Model output is UTF-8, whatever the locale says. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
