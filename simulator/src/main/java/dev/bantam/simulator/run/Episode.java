package dev.bantam.simulator.run;

/**
 * An anomaly as it went out: messages of one source with one label, one after the other.
 *
 * @param source id of the sensor, log or replay
 * @param label what it is called
 * @param fromNanos when the first of them was due, by {@code System.nanoTime}
 * @param toNanos when the last was
 */
record Episode(String source, String label, long fromNanos, long toNanos) {

  Episode until(long nanos) {
    return new Episode(source, label, fromNanos, nanos);
  }
}
