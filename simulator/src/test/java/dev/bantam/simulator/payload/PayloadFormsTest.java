package dev.bantam.simulator.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.scenario.Scenario.FormName;
import dev.bantam.simulator.signal.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PayloadFormsTest {

  private static final Instant TIME = Instant.parse("2026-01-05T06:00:00.500Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static SensorFace face(String... readings) {
    Map<String, String> units = new LinkedHashMap<>();
    for (String reading : readings) {
      units.put(reading, reading.equals("temperature") ? "°C" : "");
    }
    return new SensorFace("attic", "the attic", "AM2301", units);
  }

  private static PayloadForm form(FormName name, String... readings) {
    return PayloadForms.of(name, face(readings), new Seed(1));
  }

  private static Map<String, Reading> readings() {
    Map<String, Reading> readings = new LinkedHashMap<>();
    readings.put("temperature", Reading.of(20.449, 1, "°C"));
    readings.put("dew_point", Reading.of(7, 2, ""));
    readings.put("state", Reading.of("open"));
    return readings;
  }

  private static String write(FormName name) {
    byte[] payload = form(name, "temperature", "dew_point", "state").write(TIME, readings());
    return new String(payload, StandardCharsets.UTF_8);
  }

  @Test
  void shouldWriteJson() {
    assertThat(write(FormName.JSON))
        .isEqualTo(
            """
            {"sensor":"attic","time":"2026-01-05T06:00:00.500Z","temperature":20.4,"dew_point":7.00,"state":"open"}""");
    assertThat(form(FormName.JSON, "a").topic()).isEqualTo("sensors/attic");
  }

  @Test
  void shouldWriteTextAndASingleValueAlone() {
    assertThat(write(FormName.TEXT)).isEqualTo("temperature 20.4 °C, dew_point 7.00, state open");
    byte[] alone =
        form(FormName.TEXT, "temperature").write(TIME, Map.of("temperature", Reading.of(1, 0, "")));
    assertThat(new String(alone, StandardCharsets.UTF_8)).isEqualTo("1");
  }

  @Test
  void shouldWriteAsTasmotaDoes() {
    PayloadForm form = form(FormName.TASMOTA, "temperature");

    assertThat(write(FormName.TASMOTA))
        .isEqualTo(
            """
            {"Time":"2026-01-05T06:00:00","AM2301":{"Temperature":20.4,"DewPoint":7.00,"State":"open"},"TempUnit":"C"}""");
    assertThat(form.topic()).isEqualTo("tele/attic/SENSOR");
    assertThat(form.announce(form.topic())).hasSize(1);
    assertThat(form.announce(form.topic()).get(0).topic()).isEqualTo("tele/attic/LWT");
    assertThat(form.announce(form.topic()).get(0).payload()).asString().isEqualTo("Online");
  }

  @Test
  void shouldNameThePressuresUnitAsTasmotaDoes() {
    SensorFace face = new SensorFace("attic", "the attic", "BME280", Map.of("pressure", "hPa"));
    byte[] payload =
        PayloadForms.of(FormName.TASMOTA, face, new Seed(1))
            .write(TIME, Map.of("pressure", Reading.of(988.6, 1, "hPa")));

    assertThat(new String(payload, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"Time":"2026-01-05T06:00:00","BME280":{"Pressure":988.6},"PressureUnit":"hPa"}""");
  }

  @Test
  void shouldGiveHomeAssistantAMetersReadingAsATotal() throws IOException {
    SensorFace face = new SensorFace("meter", "meter", "meter", Map.of("energy", "kWh"));
    PayloadForm form = PayloadForms.of(FormName.HOME_ASSISTANT, face, new Seed(1));

    JsonNode energy = JSON.readTree(form.announce(form.topic()).get(0).payload());

    assertThat(energy.get("device_class").asText()).isEqualTo("energy");
    assertThat(energy.get("state_class").asText()).isEqualTo("total_increasing");
  }

  @Test
  void shouldWriteAsZigbee2MqttDoes() throws IOException {
    JsonNode message = JSON.readTree(write(FormName.ZIGBEE2MQTT));
    PayloadForm form = form(FormName.ZIGBEE2MQTT, "temperature");

    assertThat(message.get("temperature").asDouble()).isEqualTo(20.4);
    assertThat(message.get("linkquality").asInt()).isBetween(0, 255);
    assertThat(form.topic()).isEqualTo("zigbee2mqtt/attic");
    byte[] contact =
        form(FormName.ZIGBEE2MQTT, "contact").write(TIME, Map.of("contact", Reading.of("false")));
    assertThat(new String(contact, StandardCharsets.UTF_8)).contains("\"contact\":false");
    assertThat(form.announce("other").get(0).topic()).isEqualTo("other/availability");
    assertThat(form.announce("other").get(0).payload())
        .asString()
        .isEqualTo("{\"state\":\"online\"}");
  }

  @Test
  void shouldLetHomeAssistantFindEveryReading() throws IOException {
    PayloadForm form = form(FormName.HOME_ASSISTANT, "temperature", "state");
    List<PayloadForm.Announcement> announcements = form.announce(form.topic());

    assertThat(announcements.stream().map(PayloadForm.Announcement::topic))
        .containsExactly(
            "homeassistant/sensor/attic/temperature/config",
            "homeassistant/sensor/attic/state/config");
    JsonNode temperature = JSON.readTree(announcements.get(0).payload());
    assertThat(temperature.get("state_topic").asText())
        .isEqualTo("homeassistant/sensor/attic/state");
    assertThat(temperature.get("value_template").asText())
        .isEqualTo("{{ value_json.temperature }}");
    assertThat(temperature.get("unique_id").asText()).isEqualTo("attic_temperature");
    assertThat(temperature.get("unit_of_measurement").asText()).isEqualTo("°C");
    assertThat(temperature.get("device_class").asText()).isEqualTo("temperature");
    assertThat(temperature.at("/device/identifiers/0").asText()).isEqualTo("attic");
    assertThat(JSON.readTree(announcements.get(1).payload()).has("device_class")).isFalse();
    assertThat(JSON.readTree(write(FormName.HOME_ASSISTANT)).get("state").asText())
        .isEqualTo("open");
  }
}
