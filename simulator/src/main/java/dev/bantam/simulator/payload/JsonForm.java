package dev.bantam.simulator.payload;

import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;

/** {@code {"sensor":"boiler","time":"2026-01-05T06:00:00Z","temperature":71.3}}. */
record JsonForm(SensorFace face) implements PayloadForm {

  @Override
  public String topic() {
    return "sensors/" + face.id();
  }

  @Override
  public byte[] write(Instant time, Map<String, Reading> readings) {
    return JsonText.object(
        json -> {
          json.writeStringField("sensor", face.id());
          json.writeStringField("time", time.toString());
          JsonText.readings(json, readings, UnaryOperator.identity());
        });
  }
}
