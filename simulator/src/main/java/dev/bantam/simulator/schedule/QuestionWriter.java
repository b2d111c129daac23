package dev.bantam.simulator.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.scenario.Placeholders;
import dev.bantam.simulator.scenario.SensorSpec;
import dev.bantam.simulator.schedule.Request.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes requests of what a sensor has measured. Confined to one thread. */
final class QuestionWriter {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SensorSpec spec;
  private final SensorSpec.Question question;
  private int number;

  /**
   * @param place of the sensor among those of its kind, from 0
   */
  QuestionWriter(SensorSpec spec, SensorSpec.Question question, int place) {
    this.spec = spec;
    this.question = question;
    this.number = place;
  }

  /** The request about a sample. Sensors of a kind ask as one application. */
  Request about(SensorSample sample) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", Request.key(spec.id(), number));
    body.putAll(Placeholders.fill(question.request(), sample.texts()));
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
            true);
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
