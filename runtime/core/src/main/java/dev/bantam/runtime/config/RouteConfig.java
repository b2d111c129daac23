package dev.bantam.runtime.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A route: it binds sensors that know nothing of Bantam to a task, or only sifts and joins their
 * messages.
 *
 * @param name of the form of a device id
 * @param from what it listens to
 * @param payload how payloads are read
 * @param keys how messages are told apart
 * @param sifting which messages go on
 * @param window which messages go on together; empty for each by itself
 * @param work what a model does with them; empty for nothing
 * @param output where the result goes
 * @param queue messages, or windows of them, that wait for their turn
 * @param overflow what happens when one more comes
 */
public record RouteConfig(
    String name,
    List<TopicPattern> from,
    Payload payload,
    Keys keys,
    Sifting sifting,
    Optional<Window> window,
    Optional<Work> work,
    Output output,
    int queue,
    Overflow overflow) {

  public RouteConfig {
    from = List.copyOf(from);
  }

  /** How a payload is read. */
  public enum Form {
    JSON,
    TEXT,
    NUMBER
  }

  /**
   * A payload.
   *
   * @param value JSON Pointer to the number that sifting and windows look at; empty for the whole
   * @param timestamp JSON Pointer to the time of the measurement: seconds or milliseconds since
   *     1970, or ISO 8601; empty for the time of arrival
   */
  public record Payload(Form form, Optional<String> value, Optional<String> timestamp) {}

  /**
   * Whose messages belong together.
   *
   * @param by a level's name or a JSON Pointer; empty for the topic
   * @param most keys that are remembered; the least recently used goes first
   */
  public record Keys(Optional<String> by, int most) {}

  /**
   * Which messages go on, key by key.
   *
   * @param where a Jinja expression that must hold
   * @param deadband least distance of the value from the last that went on
   * @param atMostEvery least time since the last that went on
   */
  public record Sifting(
      Optional<String> where, Optional<Double> deadband, Optional<Duration> atMostEvery) {}

  /**
   * When a key's window is complete: at whatever comes first.
   *
   * @param count so many messages are in it
   * @param time since its first message
   * @param quiet since its last message
   * @param change distance of the value from the first in it
   * @param most messages in one window, at which it is complete in any case
   */
  public record Window(
      Optional<Integer> count,
      Optional<Duration> time,
      Optional<Duration> quiet,
      Optional<Double> change,
      int most) {}

  /**
   * What a model does.
   *
   * @param slot empty for the first that serves the task
   * @param prompt a Jinja template; empty for the payload itself
   * @param parameters further fields of the request; texts are Jinja templates
   * @param answerSchema a JSON Schema that answers must keep
   * @param timeout longest time for an answer; empty for the slot's
   * @param parallel requests at once
   */
  public record Work(
      String task,
      Optional<String> slot,
      Optional<String> prompt,
      Map<String, Object> parameters,
      Optional<Map<String, Object>> answerSchema,
      Optional<Duration> timeout,
      int parallel) {
    public Work {
      parameters = new LinkedHashMap<>(parameters);
    }
  }

  /**
   * Where results go.
   *
   * @param template a Jinja template of the payload; empty for the usual document
   * @param errors where messages go that could not be handled; empty for nowhere
   */
  public record Output(
      TopicTemplate topic,
      Optional<String> template,
      int qos,
      boolean retained,
      Optional<TopicTemplate> errors) {}

  /** What happens to a message that finds the queue full. */
  public enum Overflow {
    DROP_OLDEST,
    DROP_LATEST,
    /** None is dropped: the broker keeps what is not acknowledged. */
    BACK_PRESSURE;

    static Overflow of(@Nullable String text) {
      return text == null ? DROP_OLDEST : valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
  }
}
