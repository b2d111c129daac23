package dev.bantam.simulator.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.payload.SensorFace;
import dev.bantam.simulator.scenario.Placeholders;
import dev.bantam.simulator.scenario.SensorSpec;
import dev.bantam.simulator.schedule.Request.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes requests of what a sensor has measured. Confined to one thread. */
final class QuestionWriter {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SensorSpec spec;
  private final SensorFace face;
  private final SensorSpec.Question question;
  private int number;

  /**
   * @param place of the sensor among those of its kind, from 0
   */
  QuestionWriter(SensorSpec spec, SensorFace face, SensorSpec.Question question, int place) {
    this.spec = spec;
    this.face = face;
    this.question = question;
    this.number = place;
  }

  /** The request about a sample. Sensors of a kind ask as one application. */
  Request about(SensorSample sample) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", Request.key(spec.id(), number));
    Map<String, String> readings = sample.texts();
    body.putAll(Placeholders.fill(question.request(), readings));
    body.put("stream", true);
    Request request =
        new Request(
            sample.atNanos(),
            spec.id(),
            number,
            Kind.PLAIN,
            question.task(),
            write(body),
            false,
            Optional.of(new Request.Measured(face.id(), face.title(), readings)));
    number += spec.count();
    return request;
  }

  private static byte[] write(Map<String, Object> body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what came out of YAML goes into JSON", e);
    }
  }
}
