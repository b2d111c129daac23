package dev.bantam.simulator.run;

import dev.bantam.simulator.device.FakeDeviceProgram;
import dev.bantam.simulator.device.Launcher;
import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A simulator that has started a broker and devices, says so, and waits to be killed. */
final class DoomedSimulator {

  private DoomedSimulator() {}

  /**
   * @param arguments the home, and a file with the scenario
   */
  public static void main(String[] arguments) throws Exception {
    Scenario scenario =
        new ScenarioReader()
            .read("x.yaml", Files.readString(Path.of(arguments[1])), Attachments.builtIn())
            .orElseThrow(IllegalArgumentException::new);
    Stage.set(Vertx.vertx(), scenario, means(Path.of(arguments[0])));
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }

  static Stage.Means means(Path home) {
    Launcher launcher =
        new Launcher(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            System.getProperty("java.class.path"),
            FakeDeviceProgram.class.getName(),
            home);
    return new Stage.Means(Optional.empty(), Optional.of(launcher), text -> {}, () -> false);
  }
}
