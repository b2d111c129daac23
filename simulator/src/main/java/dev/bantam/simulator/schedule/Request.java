package dev.bantam.simulator.schedule;

import java.util.Map;
import java.util.Optional;

/**
 * A request of an application.
 *
 * @param atNanos since the scenario's start; zero where an answer and not the clock makes it
 * @param application the application's id
 * @param number of the request within its application, from 0
 * @param kind whether it is as it should be
 * @param task by name
 * @param body UTF-8; not to be changed
 * @param twice whether it is sent twice
 * @param about the sensor's message that it follows from, if it does; then what is asked is up to
 *     the device as well, and it is not part of the schedule's hash
 */
public record Request(
    long atNanos,
    String application,
    int number,
    Kind kind,
    String task,
    byte[] body,
    boolean twice,
    Optional<Measured> about)
    implements Event {

  /**
   * What a sensor's message says.
   *
   * @param sensor its id
   * @param title as people call it
   * @param readings by name, as people write them
   */
  public record Measured(String sensor, String title, Map<String, String> readings) {}

  /** What becomes of a request that nothing goes wrong with. */
  public enum Kind {
    /** It is answered. */
    PLAIN,
    /** It is refused. */
    WRONG,
    /** It is cancelled after a while, and refused unless it is answered before. */
    CANCELLED
  }

  /** What names the request: the correlation data, and the payload's {@code id}. */
  public String key() {
    return key(application, number);
  }

  /** The name of an application's request. */
  static String key(String application, int number) {
    return application + "-" + number;
  }
}
