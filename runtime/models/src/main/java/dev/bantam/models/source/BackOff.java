package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;

/** Pauses between attempts: longer each time, and at least as long as the server says. */
final class BackOff {

  private static final int MAX_DOUBLINGS = 5;

  private BackOff() {}

  /**
   * @param fruitless attempts in a row without a new byte
   * @param asked what the server asked for; at most {@link HttpSettings#longestPause} is waited
   */
  static void pause(HttpSettings settings, int fruitless, Duration asked, URI uri)
      throws ModelException {
    int doublings = Math.min(Math.max(fruitless - 1, 0), MAX_DOUBLINGS);
    long own = settings.backOff().toMillis() << doublings;
    long asAsked = Math.min(asked.toMillis(), settings.longestPause().toMillis());
    try {
      Thread.sleep(Math.max(own, asAsked));
    } catch (InterruptedException e) {
      throw interrupted(uri, e);
    }
  }

  static ModelException interrupted(URI uri, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ModelException(Kind.INTERRUPTED, "interrupted while downloading " + uri, e);
  }

  /** The header {@code Retry-After}, where it is a number of seconds (RFC 9110, 10.2.3). */
  static Duration asked(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .orElse(Duration.ZERO);
  }
}
