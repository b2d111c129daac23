package dev.bantam.simulator.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Request.Kind;
import dev.bantam.simulator.signal.Seed;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Draws the requests of one application, one after the other: the same for the same seed, however
 * fast they are asked for. Confined to one thread.
 */
public final class RequestDrawer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNKNOWN_TASK = "no-such-task";

  private final ApplicationSpec spec;
  private final Random random;
  private int number;

  /** Before the first request. */
  public RequestDrawer(Scenario scenario, ApplicationSpec spec) {
    this.spec = spec;
    this.random = new Seed(scenario.seed()).of("application").of(spec.id()).random();
  }

  /**
   * The next request.
   *
   * @param atNanos its time
   * @return empty if there have been as many as there shall be
   */
  public Optional<Request> next(long atNanos) {
    if (spec.requests().isPresent() && number >= spec.requests().get()) {
      return Optional.empty();
    }
    Kind kind = kind(random.nextDouble());
    boolean twice = random.nextDouble() < spec.odd().duplicates();
    Map<String, Object> body = body();
    int fault = random.nextInt(3);
    int own = number++;
    return Optional.of(
        kind == Kind.WRONG
            ? wrong(atNanos, own, fault, body, twice)
            : new Request(
                atNanos, spec.id(), own, kind, spec.task(), write(body), twice, Optional.empty()));
  }

  private Kind kind(double drawn) {
    if (drawn < spec.odd().wrong()) {
      return Kind.WRONG;
    }
    return drawn < spec.odd().wrong() + spec.odd().cancelled() ? Kind.CANCELLED : Kind.PLAIN;
  }

  private Map<String, Object> body() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("n", Integer.toString(number));
    new TreeMap<>(spec.words())
        .forEach((name, choice) -> words.put(name, choice.get(random.nextInt(choice.size()))));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", Request.key(spec.id(), number));
    body.putAll(spec.body(words));
    return body;
  }

  /** What is no JSON has no id, so over MQTT 3.1.1 nobody could be answered. */
  private Request wrong(long at, int own, int fault, Map<String, Object> body, boolean twice) {
    byte[] bare = write(Map.of("id", Request.key(spec.id(), own)));
    if (fault == 0) {
      return new Request(
          at, spec.id(), own, Kind.WRONG, spec.task(), bare, twice, Optional.empty());
    }
    if (fault == 1 && spec.mqtt5()) {
      byte[] broken = "{\"text\": ".getBytes(StandardCharsets.UTF_8);
      return new Request(
          at, spec.id(), own, Kind.WRONG, spec.task(), broken, twice, Optional.empty());
    }
    return new Request(
        at, spec.id(), own, Kind.WRONG, UNKNOWN_TASK, write(body), twice, Optional.empty());
  }

  private static byte[] write(Map<String, Object> body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what came out of YAML goes into JSON", e);
    }
  }
}
