package dev.bantam.simulator.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How Bantam's command line is started on this machine.
 *
 * @param java the JVM's program
 * @param options of the JVM
 * @param classPath with the main class
 * @param mainClass that takes {@code run --config FILE}, {@code model pull NAME} and {@code model
 *     import FILE --name NAME --quantize TO}
 * @param home the folder of the models that devices share
 */
public record Launcher(
    String java, List<String> options, String classPath, String mainClass, Path home) {

  public Launcher {
    options = List.copyOf(options);
  }

  /**
   * A command.
   *
   * @param further options of the JVM, over the usual ones
   */
  List<String> command(List<String> further, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(options);
    command.addAll(further);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(List.of(arguments));
    return command;
  }
}
