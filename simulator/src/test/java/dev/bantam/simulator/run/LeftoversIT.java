package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.device.Leftovers;
import dev.bantam.simulator.device.RunFolder;
import dev.bantam.simulator.scenario.Machine;
import dev.bantam.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a simulator that is killed by {@code kill -9}: nothing, after the next start. */
@Timeout(120)
class LeftoversIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SCENARIO =
      """
      format: 1
      name: x
      duration: 1m
      broker: managed
      devices: [{id: pi, count: 2, memory: 200MiB%s}]
      sensors: [{id: s, every: 1s, readings: {v: {kind: constant, value: 1}}}]
      """;

  @TempDir Path home;

  private final List<String> said = new ArrayList<>();

  private Process start() throws Exception {
    boolean mounts = Machine.here().noMount().isEmpty();
    Path scenario = home.resolve("x.yaml");
    Files.writeString(scenario, SCENARIO.formatted(mounts ? ", disk: 20MiB" : ""));
    Process simulator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedSimulator.class.getName(),
                home.toString(),
                scenario.toString())
            .redirectError(home.resolve("errors").toFile())
            .start();
    BufferedReader lines = simulator.inputReader();
    for (String line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
      assertThat(line).as(Files.readString(home.resolve("errors"))).isNotNull();
    }
    return simulator;
  }

  private static List<ProcessHandle> children(Process simulator, boolean guards) {
    return simulator.descendants().filter(each -> isGuard(each) == guards).toList();
  }

  private static boolean isGuard(ProcessHandle process) {
    String program = process.info().command().orElse("");
    return !program.endsWith("java") && !program.endsWith("mosquitto");
  }

  private Stream<Path> runs() throws IOException {
    return Files.list(home.resolve("sim"));
  }

  private static List<String> groups(long pid) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
      return all.map(Path::toString).filter(name -> name.contains("bantam-sim-" + pid)).toList();
    }
  }

  private void assertNothingIsLeftAfterTheNextStart(Process simulator) throws Exception {
    Leftovers.sweep(home.resolve("sim"), said::add);

    assertThat(said).singleElement().asString().contains("killed", "" + simulator.pid());
    assertThat(runs()).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(home.toString());
    assertThat(groups(simulator.pid())).isEmpty();
  }

  @Test
  void shouldEndItsProcessesAtOnceAndTheRestAtTheNextStart() throws Exception {
    Process simulator = start();
    List<ProcessHandle> started = children(simulator, false);
    List<ProcessHandle> guards = children(simulator, true);
    assertThat(started).hasSize(3);
    assertThat(runs()).hasSize(1);
    new ProcessBuilder("kill", "-STOP", Long.toString(started.get(1).pid())).start().waitFor();

    simulator.destroyForcibly().waitFor();

    Eventually.await(
        "nothing runs any more",
        LIMIT,
        () -> Stream.concat(started.stream(), guards.stream()).noneMatch(ProcessHandle::isAlive));
    assertNothingIsLeftAfterTheNextStart(simulator);
  }

  @Test
  void shouldEndAtTheNextStartWhatTheGuardDidNotLiveToEnd() throws Exception {
    Process simulator = start();
    List<ProcessHandle> started = children(simulator, false);
    children(simulator, true).forEach(ProcessHandle::destroyForcibly);

    simulator.destroyForcibly().waitFor();

    assertThat(started).hasSize(3).allMatch(ProcessHandle::isAlive);
    try (RunFolder mine = RunFolder.create(home.resolve("other/sim"))) {
      Leftovers.sweep(home.resolve("other/sim"), said::add);
      assertThat(said).isEmpty();
      assertThat(mine.path()).isDirectory();
      assertThat(started).allMatch(ProcessHandle::isAlive);
    }
    assertNothingIsLeftAfterTheNextStart(simulator);
    Eventually.await(
        "nothing runs any more", LIMIT, () -> started.stream().noneMatch(ProcessHandle::isAlive));
  }
}
