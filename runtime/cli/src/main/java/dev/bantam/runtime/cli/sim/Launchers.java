package dev.bantam.runtime.cli.sim;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Main;
import dev.bantam.simulator.device.Launcher;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** Starts further command lines as this one was started. */
final class Launchers {

  /** Options that are this process's own: another gets its own folder. */
  private static final List<String> OWN =
      List.of("-Djava.io.tmpdir=", "-Djna.tmpdir=", "-agentlib", "-javaagent");

  private Launchers() {}

  static Launcher ofThisProcess(CliContext context) {
    List<String> options =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> OWN.stream().noneMatch(option::startsWith))
            .toList();
    return new Launcher(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        options,
        System.getProperty("java.class.path", ""),
        Main.class.getName(),
        context.home());
  }
}
