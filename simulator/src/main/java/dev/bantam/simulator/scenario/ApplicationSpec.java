package dev.bantam.simulator.scenario;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An application that asks a device.
 *
 * @param id its name, and the start of its clients' names
 * @param device whom it asks; empty for a fleet, or for the one that the run is told
 * @param fleet the group that it asks, if it does
 * @param task by name
 * @param request fields of the request; <code>{name}</code> in a text stands for a word, <code>{n}
 *     </code> for the request's number
 * @param words what <code>{name}</code> stands for, one of them drawn for each request
 * @param mqtt5 whether it speaks MQTT 5, or else 3.1.1
 * @param clients connections, which take turns
 * @param loop what makes it ask
 * @param requests most requests; empty for as many as there is time for
 * @param deadline that its requests carry, if they carry one
 * @param patience after which a request without an answer is lost
 * @param again time after which a request without an answer is sent again, if it is
 * @param stream whether it asks for pieces of text as they come
 * @param odd what is wrong with some of them
 * @param reference whether its device, with each version that is swapped, is asked all of its
 *     requests before, and answers are compared with that
 */
public record ApplicationSpec(
    String id,
    Optional<String> device,
    Optional<String> fleet,
    String task,
    Map<String, Object> request,
    Map<String, List<String>> words,
    boolean mqtt5,
    int clients,
    Loop loop,
    Optional<Integer> requests,
    Optional<Duration> deadline,
    Duration patience,
    Optional<Duration> again,
    boolean stream,
    Odd odd,
    boolean reference) {

  /** Most requests that differ, of an application whose answers are compared. */
  public static final int MOST_REFERENCES = 1000;

  private static final Duration LONG_PATIENCE = Duration.ofMinutes(5);

  public ApplicationSpec {
    words = Map.copyOf(new LinkedHashMap<>(words));
  }

  /** Sensors of a kind that ask about each of their messages, as an application. */
  public static ApplicationSpec of(SensorSpec sensors) {
    SensorSpec.Question question = sensors.asks().orElseThrow();
    return new ApplicationSpec(
        sensors.id(),
        Optional.empty(),
        Optional.empty(),
        question.task(),
        question.request(),
        Map.of(),
        true,
        1,
        new Loop.Open(sensors.pace()),
        Optional.empty(),
        Optional.empty(),
        LONG_PATIENCE,
        Optional.empty(),
        true,
        new Odd(0, 0, 0, Duration.ZERO),
        false);
  }

  /** The fields of one of its requests, but for its id. */
  public Map<String, Object> body(Map<String, String> chosen) {
    Map<String, Object> body = new LinkedHashMap<>(Placeholders.fill(request, chosen));
    if (stream) {
      body.put("stream", true);
    }
    return body;
  }

  /** The fields of all of its requests that differ, if none of them has its number in it. */
  public List<Map<String, Object>> bodies() {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, List<String>> choice : new TreeMap<>(words).entrySet()) {
      all =
          all.stream()
              .flatMap(known -> choice.getValue().stream().map(word -> with(known, choice, word)))
              .toList();
    }
    return all.stream().map(this::body).distinct().toList();
  }

  private static Map<String, String> with(
      Map<String, String> known, Map.Entry<String, List<String>> choice, String word) {
    Map<String, String> more = new LinkedHashMap<>(known);
    more.put(choice.getKey(), word);
    return more;
  }

  /** What makes it ask. */
  public sealed interface Loop {

    /**
     * An answer makes it ask again: it is never faster than the device.
     *
     * @param concurrency requests at the same time
     * @param think time between an answer and the next request
     */
    record Closed(int concurrency, Duration think) implements Loop {}

    /** Its own clock makes it ask, whether there are answers or not. */
    record Open(Pace pace) implements Loop {}
  }

  /**
   * Requests that are not as they should be, as parts of all: 0 to 1.
   *
   * @param wrong cannot be answered: of an unknown task, without their fields, or no JSON
   * @param duplicates are sent twice
   * @param cancelled are cancelled after a while
   * @param cancelAfter how long that is
   */
  public record Odd(double wrong, double duplicates, double cancelled, Duration cancelAfter) {}
}
