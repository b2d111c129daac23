package dev.bantam.simulator.payload;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Telemetry as the Tasmota firmware sends it: {@code tele/NAME/SENSOR} with the time, an object
 * named after the sensor's part, and the units of pressures and temperatures; {@code
 * tele/NAME/LWT}, retained, says that the device is there.
 *
 * @see <a href="https://tasmota.github.io/docs/MQTT/">MQTT</a>, and as examples of payloads <a
 *     href="https://tasmota.github.io/docs/AM2301/">AM2301</a> and <a
 *     href="https://tasmota.github.io/docs/BME280/">BME280</a>
 */
record TasmotaForm(SensorFace face) implements PayloadForm {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

  @Override
  public String topic() {
    return "tele/" + face.id() + "/SENSOR";
  }

  @Override
  public byte[] write(Instant time, Map<String, Reading> readings) {
    return JsonText.object(
        json -> {
          json.writeStringField(
              "Time", LocalDateTime.ofInstant(time, ZoneOffset.UTC).format(SECONDS));
          json.writeObjectFieldStart(face.model());
          JsonText.readings(json, readings, TasmotaForm::name);
          json.writeEndObject();
          String pressure = face.units().getOrDefault("pressure", "");
          if (readings.containsKey("pressure") && !pressure.isEmpty()) {
            json.writeStringField("PressureUnit", pressure);
          }
          if (readings.containsKey("temperature")) {
            json.writeStringField("TempUnit", unit());
          }
        });
  }

  private String unit() {
    return face.units().getOrDefault("temperature", "").endsWith("F") ? "F" : "C";
  }

  /** {@code DewPoint} for {@code dew_point}. */
  private static String name(String reading) {
    StringBuilder name = new StringBuilder();
    for (String word : reading.split("_", -1)) {
      if (!word.isEmpty()) {
        name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return name.toString();
  }

  @Override
  public List<Announcement> announce(String topic) {
    return List.of(
        new Announcement("tele/" + face.id() + "/LWT", "Online".getBytes(StandardCharsets.UTF_8)));
  }
}
