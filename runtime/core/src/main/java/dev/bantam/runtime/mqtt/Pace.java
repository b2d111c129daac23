package dev.bantam.runtime.mqtt;

/**
 * How long is waited between attempts to connect.
 *
 * @param firstMs the first wait, which doubles with each further failure
 * @param capMs the longest
 */
record Pace(long firstMs, long capMs) {

  /**
   * Paces by what ended or refused a connection.
   *
   * @param usual what may be over in a moment
   * @param person what somebody has to change: a password, a right, an address
   * @param conflict another client that uses the same client ids
   */
  record Set(Pace usual, Pace person, Pace conflict) {
    static final Set STANDARD =
        new Set(new Pace(200, 10_000), new Pace(1_000, 60_000), new Pace(60_000, 300_000));
  }
}
