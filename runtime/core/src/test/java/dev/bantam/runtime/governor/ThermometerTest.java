package dev.bantam.runtime.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThermometerTest {

  @TempDir Path root;

  private Thermometer thermometer() {
    return new Thermometer(root);
  }

  @ParameterizedTest
  @CsvSource({
    "cpu-thermal, 48312, iwlwifi_1, 71000, cpu-thermal, 48.312",
    "CPU-therm, 40500, PMIC-Die, 100000, CPU-therm, 40.5",
    "CPU-therm, 40500, GPU-therm, 41000, GPU-therm, 41",
    "tj-thermal, 55250, soc0-thermal, 54000, tj-thermal, 55.25",
    "x86_pkg_temp, 63000, acpitz, 27800, x86_pkg_temp, 63",
    "x86_pkg_temp, 63000, INT3400 Thermal, 99000, x86_pkg_temp, 63",
    "acpitz, 27800, pch_cannonlake, 66000, acpitz, 27.8",
    "TCPU, 52000, SEN1, 58000, TCPU, 52",
    "nvme, 70000, BAT0-batt, 35000, , "
  })
  void shouldTakeTheHottestOfTheZonesThatMeasureAProcessor(
      String one, String milli, String other, String otherMilli, String zone, Double celsius)
      throws IOException {
    // Given
    new Zones(root).with(0, one, milli).with(1, other, otherMilli);

    // When / Then
    assertThat(thermometer().read().map(Temperature::zone).orElse(null)).isEqualTo(zone);
    assertThat(thermometer().read().map(Temperature::celsius).orElse(null)).isEqualTo(celsius);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1000", "150000", "999999999999", "", "hot", "47.5", "127000 C"})
  void shouldIgnoreAndCountWhatCannotBeRight(String shown) throws IOException {
    // Given
    new Zones(root).with(0, "cpu-thermal", "51000").with(1, "gpu-thermal", shown);
    Thermometer thermometer = thermometer();

    // When / Then
    assertThat(thermometer.read()).contains(new Temperature(51, "cpu-thermal"));
    assertThat(thermometer.read()).contains(new Temperature(51, "cpu-thermal"));
    assertThat(thermometer.ignored()).isEqualTo(2);
  }

  @Test
  void shouldIgnoreAndCountZonesThatCannotBeRead() throws IOException {
    // Given a part that is switched off: its zone is there and cannot be read
    new Zones(root).with(0, "cpu-thermal", "51000");
    Files.createDirectories(root.resolve("thermal_zone1/temp"));
    Thermometer thermometer = thermometer();

    // When / Then
    assertThat(thermometer.read()).contains(new Temperature(51, "cpu-thermal"));
    assertThat(thermometer.ignored()).isZero();
    Files.writeString(root.resolve("thermal_zone1/type"), "gpu-thermal\n");
    assertThat(thermometer.read()).contains(new Temperature(51, "cpu-thermal"));
    assertThat(thermometer.ignored()).isEqualTo(1);
  }

  @Test
  void shouldShowNothingOnMachinesWithoutZones() throws IOException {
    assertThat(thermometer().read()).isEmpty();
    assertThat(new Thermometer(root.resolve("away")).read()).isEmpty();
    new Zones(root).with(0, "cpu-thermal", "0");
    assertThat(thermometer().read()).isEmpty();
  }
}
