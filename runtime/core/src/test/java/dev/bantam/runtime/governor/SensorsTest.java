package dev.bantam.runtime.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sensors over files that look like the kernel's, by a clock of the test's own. */
class SensorsTest {

  private static final long BUDGET = 100 << 20;
  private static final Duration HOLD = Duration.ofSeconds(30);
  private static final String GROUP = "sys/fs/cgroup/app.slice/";
  private static final String OLD_GROUP = "sys/fs/cgroup/memory/app/";

  @TempDir Path root;

  private SystemFolder files;
  private long nanos = 7;
  private long ownBytes;

  @BeforeEach
  void setUp() {
    files = new SystemFolder(root);
  }

  private static Level level(Sensor sensor) {
    return sensor.read().orElseThrow().level();
  }

  private MemorySensor memory() {
    return new MemorySensor(
        root, MemoryLimits.USUAL, new MemorySensor.Own(() -> ownBytes, BUDGET), HOLD, () -> nanos);
  }

  private void pass(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void shouldShowNothingWhereThereIsNothing() {
    assertThat(new ThrottlingSensor(root).read()).isEmpty();
    assertThat(memory().read()).isEmpty();
    assertThat(new PowerSensor(root, OptionalInt.of(100)).read()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, NORMAL, nothing is wrong",
    "50000, NORMAL, nothing is wrong",
    "0x50005, HIGH, 'under-voltage, throttled'",
    "1, RAISED, under-voltage",
    "2, RAISED, frequency capped",
    "80008, HIGH, soft limit of temperature",
  })
  void shouldReadWhatARaspberryPisFirmwareSays(String shown, Level level, String words)
      throws IOException {
    files.with(ThrottlingSensor.FIRMWARE, shown);

    assertThat(new ThrottlingSensor(root).read())
        .contains(new Reading(level, "the firmware says: " + words));
  }

  @Test
  void shouldIgnoreWhatTheFirmwareCannotSay() throws IOException {
    files.with(ThrottlingSensor.FIRMWARE, "no such property");

    assertThat(new ThrottlingSensor(root).read()).isEmpty();
  }

  @Test
  void shouldSeeThatAnX86ProcessorWasSlowedDownSinceTheLastReading() throws IOException {
    // Given
    String count = "sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count";
    files.with("sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "4");
    files.with(count, "7");
    ThrottlingSensor sensor = new ThrottlingSensor(root);

    // When / Then
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);
    files.with(count, "9");
    assertThat(sensor.read())
        .contains(new Reading(Level.HIGH, "the processor was slowed down 2 times in a second"));
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);
  }

  @ParameterizedTest
  @CsvSource({
    "0, NORMAL",
    "9.99, NORMAL",
    "10, RAISED",
    "24.9, RAISED",
    "25, HIGH",
    "60, CRITICAL"
  })
  void shouldReadHowLongThreadsWaitForMemory(double percent, Level level) throws IOException {
    files.memoryPressure(percent);

    assertThat(level(memory())).isEqualTo(level);
  }

  @Test
  void shouldReadThePressureOfItsControlGroupToo() throws IOException {
    files.memoryPressure(1).with("proc/self/cgroup", "0::/app.slice");
    files.with(GROUP + "memory.pressure", "some avg10=30.00 avg60=0.00 avg300=0.00 total=1");

    assertThat(memory().read())
        .contains(new Reading(Level.HIGH, "30.0 % of the time waits for memory"));
  }

  @ParameterizedTest
  @CsvSource({"400, NORMAL", "90, RAISED", "49, HIGH"})
  void shouldReadWhatIsLeftWhereTheKernelDoesNotMeasurePressure(int available, Level level)
      throws IOException {
    files.with(
        "proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: " + available + " kB");

    assertThat(level(memory())).isEqualTo(level);
  }

  @Test
  void shouldSeeWhatGrowsInItsControlGroup() throws IOException {
    // Given
    files.memoryPressure(0).with("proc/self/cgroup", "0::/app.slice");
    files.with(GROUP + "memory.events", "low 0\nhigh 3\nmax 5\noom 0\noom_kill 0");
    MemorySensor sensor = memory();
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);

    // When / Then
    files.with(GROUP + "memory.events", "low 0\nhigh 3\nmax 6\noom 0\noom_kill 0");
    assertThat(sensor.read())
        .contains(new Reading(Level.RAISED, "the control group is at its limit"));
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);
    files.with(GROUP + "memory.events", "low 0\nhigh 4\nmax 6\noom 0\noom_kill 0");
    assertThat(level(sensor)).isEqualTo(Level.RAISED);
    files.with(GROUP + "memory.events", "low 0\nhigh 4\nmax 6\noom 1\noom_kill 0");
    assertThat(level(sensor)).isEqualTo(Level.CRITICAL);
  }

  @Test
  void shouldSeeTheSameInAnOldControlGroup() throws IOException {
    // Given
    files.memoryPressure(0).with("proc/self/cgroup", "4:memory:/app\n0::/");
    files.with(OLD_GROUP + "memory.failcnt", "10");
    files.with(OLD_GROUP + "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0");
    MemorySensor sensor = memory();
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);

    // When / Then
    files.with(OLD_GROUP + "memory.failcnt", "11");
    assertThat(level(sensor)).isEqualTo(Level.RAISED);
    files.with(OLD_GROUP + "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1");
    assertThat(level(sensor)).isEqualTo(Level.CRITICAL);
  }

  @Test
  void shouldStayCriticalUntilItWasBetterForAWhile() throws IOException {
    // Given
    files.memoryPressure(70);
    MemorySensor sensor = memory();
    assertThat(level(sensor)).isEqualTo(Level.CRITICAL);

    // When it is better, but high again in between
    files.memoryPressure(5);
    pass(29);
    assertThat(level(sensor)).isEqualTo(Level.CRITICAL);
    files.memoryPressure(30);
    pass(1);
    assertThat(level(sensor)).isEqualTo(Level.CRITICAL);

    // Then it counts from there
    files.memoryPressure(5);
    pass(29);
    assertThat(level(sensor)).isEqualTo(Level.CRITICAL);
    pass(1);
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);
  }

  @ParameterizedTest
  @CsvSource({"255, NORMAL", "256, RAISED", "2047, RAISED", "2048, HIGH"})
  void shouldSeeWhatIsSwapped(int pages, Level level) throws IOException {
    files.memoryPressure(0).with("proc/vmstat", "nr_free_pages 1\npswpin 1000\npswpout 2000");
    MemorySensor sensor = memory();
    assertThat(level(sensor)).isEqualTo(Level.NORMAL);

    files.with("proc/vmstat", "nr_free_pages 1\npswpin 1000\npswpout " + (2000 + pages));

    assertThat(level(sensor)).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({"100, NORMAL", "101, RAISED", "125, RAISED", "126, HIGH"})
  void shouldCompareWhatModelsTakeWithTheirBudget(int mebibytes, Level level) throws IOException {
    files.memoryPressure(0);
    ownBytes = (long) mebibytes << 20;

    assertThat(level(memory())).isEqualTo(level);
  }

  @Test
  void shouldReadHowFastTheProcessorMayRun() throws IOException {
    // Given a Jetson
    files.with("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "2000000");
    files.with("sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", "1200000");
    files.with("var/lib/nvpmodel/status", "pmode:0002");
    files.with(
        "etc/nvpmodel.conf", "< POWER_MODEL ID=0 NAME=MAXN >\n< POWER_MODEL ID=2 NAME=15W >");
    PowerSensor sensor = new PowerSensor(root, OptionalInt.of(70));

    // When / Then
    assertThat(sensor.read())
        .contains(
            new Reading(
                Level.HIGH, "the processor may run at 60 % of its frequency (mode of power 15W)"));
    assertThat(level(new PowerSensor(root, OptionalInt.empty()))).isEqualTo(Level.NORMAL);
    assertThat(level(new PowerSensor(root, OptionalInt.of(60)))).isEqualTo(Level.NORMAL);
    Files.delete(root.resolve("etc/nvpmodel.conf"));
    assertThat(sensor.read().orElseThrow().toString()).contains("(mode of power 2)");
    Files.delete(root.resolve("var/lib/nvpmodel/status"));
    assertThat(sensor.read().orElseThrow().toString()).doesNotContain("mode of power");
    files.with("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
    assertThat(sensor.read().orElseThrow().toString()).contains("(mode of power powersave)");
  }

  @Test
  void shouldTakeADeviceWhoseThermometerIsSilentForACoolOne() throws IOException {
    // Given
    HeatPolicy policy = new HeatPolicy(70, 80, Optional.of(90.0), HOLD);
    HeatSensor sensor = new HeatSensor(files.sensors().thermometer(), policy, () -> nanos);
    files.zones().heat(85);
    assertThat(level(sensor)).isEqualTo(Level.HIGH);

    // When
    files.without("sys/class/thermal/thermal_zone0/temp");
    pass(60);
    assertThat(level(sensor)).isEqualTo(Level.HIGH);
    pass(1);

    // Then
    assertThat(sensor.read()).isEmpty();
    assertThat(sensor.temperature()).isEmpty();
  }

  @Test
  void shouldIgnoreATemperatureThatStandsAlone() throws IOException {
    // Given
    HeatPolicy policy = new HeatPolicy(70, 80, Optional.of(90.0), HOLD);
    HeatSensor sensor = new HeatSensor(files.sensors().thermometer(), policy, () -> nanos);
    files.zones().heat(50);
    sensor.read();
    sensor.read();

    // When / Then
    files.zones().heat(120);
    assertThat(sensor.read()).contains(new Reading(Level.NORMAL, "50.0 °C in cpu-thermal"));
  }

  @Test
  void shouldHaveTheSensorsThatAPlanWants() throws IOException {
    HeatPolicy heat = new HeatPolicy(70, 80, Optional.empty(), HOLD);
    GovernorPlan both =
        new GovernorPlan(
            Optional.of(heat),
            new GovernorSettings(
                    true,
                    Optional.of(List.of()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    GovernorSettings.NONE.memory())
                .rules());
    files.zones().heat(50);

    Sensors sensors =
        new Sensors(files.sensors(), both, new MemorySensor.Own(() -> 0, BUDGET), () -> nanos);

    assertThat(sensors.kinds()).containsExactlyInAnyOrder(SensorKind.values());
    assertThat(sensors.read())
        .isEqualTo(
            Map.of(SensorKind.TEMPERATURE, new Reading(Level.NORMAL, "50.0 °C in cpu-thermal")));
  }
}
