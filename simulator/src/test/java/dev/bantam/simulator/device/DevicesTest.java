package dev.bantam.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices are limited by, and what their folders hold; no process is started. */
class DevicesTest {

  @TempDir Path folder;

  private static DeviceSpec spec(Optional<Long> memory, Optional<Double> cpus) {
    return new DeviceSpec(
        "pi",
        List.of(),
        Optional.empty(),
        List.of("m"),
        List.of(),
        memory,
        cpus,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Attachments.builtIn());
  }

  private static final DeviceSpec LIMITED = spec(Optional.of(256L * 1024 * 1024), Optional.of(0.5));

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(file -> relative(folder, file)).sorted().toList();
    }
  }

  private static String relative(Path folder, Path file) {
    try {
      String name = folder.relativize(file).toString().replaceFirst("bantam-sim-[0-9.]+-pi", "pi");
      return name + " " + Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldMakeControlGroupsOfVersion2() throws Exception {
    Files.createFile(folder.resolve("cgroup.controllers"));

    Limits limits = Limits.of(LIMITED, folder);

    assertThat(limits.words()).isEqualTo("cgroup v2: 256 MiB, 0.5 cpus");
    assertThat(files(folder)).contains("pi/memory.max 268435456", "pi/cpu.max 50000 100000");
    assertThat(limits.around(List.of("java", "-x")))
        .hasSize(6)
        .startsWith("/bin/sh", "-c")
        .endsWith("sh", "java", "-x");
  }

  @Test
  void shouldMakeControlGroupsOfVersion1() throws Exception {
    Files.createDirectories(folder.resolve("memory"));
    Files.createDirectories(folder.resolve("cpu"));

    Limits limits = Limits.of(LIMITED, folder);

    assertThat(limits.words()).isEqualTo("cgroup v1: 256 MiB, 0.5 cpus");
    assertThat(files(folder))
        .containsExactlyInAnyOrder(
            "memory/pi/memory.limit_in_bytes 268435456",
            "cpu/pi/cpu.cfs_period_us 100000",
            "cpu/pi/cpu.cfs_quota_us 50000");
    assertThat(limits.around(List.of("java")).get(2)).contains("memory/", "cpu/", "cgroup.procs");
  }

  @Test
  void shouldSayThatTheLimitsAreInTheProcessWhereNoGroupCanBeMade() throws Exception {
    Limits limits = Limits.of(LIMITED, folder.resolve("missing"));

    assertThat(limits.words()).contains("in-process limits only", "-Xmx128m", "1 whole processors");
    assertThat(limits.jvmOptions()).containsExactly("-Xmx128m", "-XX:ActiveProcessorCount=1");
  }

  @Test
  void shouldLimitNothingThatIsNotAskedFor() throws Exception {
    Limits limits = Limits.of(spec(Optional.empty(), Optional.empty()), folder);

    assertThat(limits).isEqualTo(new Limits.None());
    assertThat(limits.around(List.of("java"))).containsExactly("java");
  }

  @Test
  void shouldSetSensorsAsTheKernelShowsThem() throws Exception {
    SystemFolder system = new SystemFolder(folder.resolve("system"));
    Path zone = system.root().resolve("sys/class/thermal/thermal_zone0");
    Path pressure = system.root().resolve("proc/pressure/memory");

    system.setTemperature(61.25);
    system.setTemperature(62);
    system.setMemoryPressure(-3);
    assertThat(pressure).hasContent("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    system.setMemoryPressure(12.5);

    assertThat(zone.resolve("temp")).hasContent("62000\n");
    assertThat(zone.resolve("type")).hasContent("cpu-thermal\n");
    assertThat(pressure).hasContent("some avg10=12.50 avg60=0.00 avg300=0.00 total=0\n");
    system.setTemperature(Double.NaN);
    system.setMemoryPressure(Double.NaN);
    assertThat(zone.resolve("temp")).doesNotExist();
    assertThat(pressure).doesNotExist();
  }

  @Test
  void shouldStartItsBrokerWithTheSettingsThatAreRecommended() throws Exception {
    Path conf = Path.of(System.getProperty("bantam.root", ".."), "deploy/mosquitto/bantam.conf");
    try (InputStream in =
        Objects.requireNonNull(ManagedBroker.class.getResourceAsStream(ManagedBroker.SETTINGS))) {
      String own = new String(in.readAllBytes(), StandardCharsets.UTF_8);

      assertThat(own.lines())
          .containsExactlyElementsOf(
              Files.readAllLines(conf).stream()
                  .filter(line -> !line.isBlank() && !line.startsWith("#"))
                  .toList());
    }
  }
}
