package dev.bantam.simulator.payload;

import dev.bantam.simulator.scenario.Scenario.FormName;
import dev.bantam.simulator.signal.Seed;

/** The forms by their names. */
public final class PayloadForms {

  private PayloadForms() {}

  /**
   * A form for one sensor.
   *
   * @param seed for what the form itself draws
   */
  public static PayloadForm of(FormName name, SensorFace face, Seed seed) {
    return switch (name) {
      case JSON -> new JsonForm(face);
      case TEXT -> new TextForm(face);
      case TASMOTA -> new TasmotaForm(face);
      case ZIGBEE2MQTT -> new Zigbee2MqttForm(face, seed);
      case HOME_ASSISTANT -> new HomeAssistantForm(face);
    };
  }
}
