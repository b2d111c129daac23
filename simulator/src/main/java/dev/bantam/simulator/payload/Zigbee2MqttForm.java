package dev.bantam.simulator.payload;

import dev.bantam.simulator.signal.Seed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * As Zigbee2MQTT 2 publishes a device: the readings and {@code linkquality} (0 to 255) under {@code
 * zigbee2mqtt/FRIENDLY_NAME}, where a binary one such as {@code contact} is true or false; its
 * presence, retained, under {@code …/availability}.
 *
 * @see <a href="https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html">MQTT topics
 *     and messages</a>, <a
 *     href="https://www.zigbee2mqtt.io/guide/configuration/device-availability.html">device
 *     availability</a>, and as an example of binary values <a
 *     href="https://www.zigbee2mqtt.io/devices/MCCGQ11LM.html">a contact sensor</a>
 */
final class Zigbee2MqttForm implements PayloadForm {

  private static final int WEAKEST = 60;
  private static final int SPREAD = 120;

  private final SensorFace face;
  private final Random random;

  Zigbee2MqttForm(SensorFace face, Seed seed) {
    this.face = face;
    this.random = seed.of("linkquality").random();
  }

  @Override
  public String topic() {
    return "zigbee2mqtt/" + face.id();
  }

  @Override
  public byte[] write(Instant time, Map<String, Reading> readings) {
    int linkQuality = WEAKEST + random.nextInt(SPREAD);
    return JsonText.object(
        json -> {
          JsonText.readingsWithBooleans(json, readings);
          json.writeNumberField("linkquality", linkQuality);
        });
  }

  @Override
  public List<Announcement> announce(String topic) {
    return List.of(
        new Announcement(
            topic + "/availability",
            JsonText.object(json -> json.writeStringField("state", "online"))));
  }
}
