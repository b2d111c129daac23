package dev.bantam.simulator.payload;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code temperature 71.3 °C, state on}; the value alone where a sensor has a single reading, as
 * simple devices write it.
 */
record TextForm(SensorFace face) implements PayloadForm {

  @Override
  public String topic() {
    return "sensors/" + face.id();
  }

  @Override
  public byte[] write(Instant time, Map<String, Reading> readings) {
    String text =
        face.units().size() == 1
            ? readings.values().iterator().next().text()
            : readings.entrySet().stream()
                .map(reading -> reading.getKey() + " " + reading.getValue().withUnit())
                .collect(Collectors.joining(", "));
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
