package dev.bantam.simulator.app;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of requests. Exact: {@code sent = answered + refused + expired + lost}, once none
 * waits any more.
 *
 * @param sent requests, one that is sent twice counted once
 * @param answered with the whole answer
 * @param refused with an error, by the device or, where no device listens, by the broker
 * @param expired with the error that the deadline has passed
 * @param lost nothing was heard of it for as long as the application is patient
 */
public record RequestCounts(long sent, long answered, long refused, long expired, long lost) {

  /** Before the first request. */
  public static final RequestCounts NONE = new RequestCounts(0, 0, 0, 0, 0);

  /** Both together. */
  public RequestCounts plus(RequestCounts other) {
    return new RequestCounts(
        sent + other.sent,
        answered + other.answered,
        refused + other.refused,
        expired + other.expired,
        lost + other.lost);
  }

  /** Requests that still wait. */
  public long waiting() {
    return sent - answered - refused - expired - lost;
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sent", sent);
    fields.put("answered", answered);
    fields.put("refused", refused);
    fields.put("expired", expired);
    fields.put("lost", lost);
    return fields;
  }
}
