package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.simulator.device.SetupException;
import dev.bantam.simulator.scenario.Scenario;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stages that cannot be set, or shall not be: it is said why, and nothing of them is left. */
@Timeout(120)
class StageThatIsNotSetIT {

  @TempDir Path home;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> said = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(home.resolve("sim")).isEmptyDirectory();
    assertThat(groups()).isEmpty();
  }

  private Stage.Means means(BooleanSupplier stopped) {
    return new Stage.Means(
        Optional.empty(), DoomedSimulator.means(home).launcher(), said::add, stopped);
  }

  private static List<Path> groups() throws IOException {
    String own = "bantam-sim-" + ProcessHandle.current().pid();
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
      return all.filter(path -> String.valueOf(path.getFileName()).startsWith(own)).toList();
    }
  }

  @Test
  void shouldLeaveNothingWhereItIsStoppedWhileDevicesStart() {
    Scenario scenario =
        ManagedScenario.of(
            """
            duration: 3s
            devices: [{id: gateway, count: 2, memory: 256MiB, fleet: [line]}]
            applications: [{id: panel, fleet: line, task: echo, request: {text: "{n}"}, rate: 10}]
            """);

    assertThatThrownBy(() -> Stage.set(vertx, scenario, means(() -> said.size() > 1)))
        .isInstanceOf(CancellationException.class);

    assertThat(said).anyMatch(text -> text.startsWith("device gateway-1"));
  }

  @Test
  void shouldSayWhatADeviceWroteThatDoesNotStart() {
    Scenario scenario =
        ManagedScenario.of(
            """
            duration: 3s
            devices: [{id: gateway, config: {ends: true}}]
            applications: [{id: panel, task: echo, request: {text: "{n}"}, rate: 10}]
            """);

    assertThatThrownBy(() -> Stage.set(vertx, scenario, means(() -> false)))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("device gateway has ended")
        .hasMessageContaining("I cannot start");
  }

  @Test
  void shouldSayWhichModelCannotBeHad() {
    Scenario scenario =
        ManagedScenario.of(
            """
            duration: 3s
            devices: [{id: gateway, models: [none]}]
            applications: [{id: panel, task: echo, request: {text: "{n}"}, rate: 10}]
            """);

    assertThatThrownBy(() -> Stage.set(vertx, scenario, means(() -> false)))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("the model none cannot be had")
        .hasMessageContaining("there is no model none");
  }
}
