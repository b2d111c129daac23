package dev.bantam.models.source;

import java.time.Duration;

/**
 * Patience with web servers.
 *
 * @param connectTimeout for the connection
 * @param stallTimeout for the answer to begin, and between two arrivals of bytes
 * @param attempts in a row without a single new byte before giving up
 * @param backOff pause after the first failed attempt; doubled after each further one
 * @param longestPause that a server can ask for by {@code Retry-After}
 */
record HttpSettings(
    Duration connectTimeout,
    Duration stallTimeout,
    int attempts,
    Duration backOff,
    Duration longestPause) {

  static final HttpSettings DEFAULT =
      new HttpSettings(
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          4,
          Duration.ofSeconds(1),
          Duration.ofSeconds(60));
}
