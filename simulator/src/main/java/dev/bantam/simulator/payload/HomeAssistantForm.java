package dev.bantam.simulator.payload;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A device that Home Assistant finds by itself: one retained {@code
 * homeassistant/sensor/NAME/READING/config} for each reading, and all readings in one JSON object
 * under the topic that these name as {@code state_topic}.
 *
 * @see <a href="https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery">MQTT
 *     discovery</a>, <a href="https://www.home-assistant.io/integrations/sensor.mqtt/">MQTT
 *     sensor</a>, and <a href="https://developers.home-assistant.io/docs/core/entity/sensor/">state
 *     classes</a>
 */
record HomeAssistantForm(SensorFace face) implements PayloadForm {

  /** A meter's reading; of its device class, a measurement is no valid state class. */
  private static final String ENERGY = "energy";

  /** Readings whose names are device classes of Home Assistant. */
  private static final Set<String> DEVICE_CLASSES =
      Set.of(
          "battery",
          "carbon_dioxide",
          "current",
          ENERGY,
          "frequency",
          "humidity",
          "illuminance",
          "moisture",
          "power",
          "pressure",
          "temperature",
          "voltage");

  private String base() {
    return "homeassistant/sensor/" + face.id();
  }

  @Override
  public String topic() {
    return base() + "/state";
  }

  @Override
  public byte[] write(Instant time, Map<String, Reading> readings) {
    return JsonText.object(json -> JsonText.readings(json, readings, UnaryOperator.identity()));
  }

  @Override
  public List<Announcement> announce(String topic) {
    return face.units().entrySet().stream()
        .map(
            reading ->
                new Announcement(
                    base() + "/" + reading.getKey() + "/config",
                    config(topic, reading.getKey(), reading.getValue())))
        .toList();
  }

  private byte[] config(String topic, String reading, String unit) {
    return JsonText.object(
        json -> {
          json.writeStringField("name", reading);
          json.writeStringField("state_topic", topic);
          json.writeStringField("value_template", "{{ value_json." + reading + " }}");
          json.writeStringField("unique_id", face.id() + "_" + reading);
          if (!unit.isEmpty()) {
            json.writeStringField("unit_of_measurement", unit);
            json.writeStringField(
                "state_class", reading.equals(ENERGY) ? "total_increasing" : "measurement");
          }
          if (!unit.isEmpty() && DEVICE_CLASSES.contains(reading)) {
            json.writeStringField("device_class", reading);
          }
          json.writeObjectFieldStart("device");
          json.writeArrayFieldStart("identifiers");
          json.writeString(face.id());
          json.writeEndArray();
          json.writeStringField("name", face.title());
          json.writeStringField("model", face.model());
          json.writeEndObject();
        });
  }
}
