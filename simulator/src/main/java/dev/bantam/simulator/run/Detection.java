package dev.bantam.simulator.run;

import java.util.Optional;

/**
 * Somebody says that there is an anomaly.
 *
 * @param atNanos when it was heard, by {@code System.nanoTime}
 * @param source what it is about; empty if it does not say
 */
record Detection(long atNanos, Optional<String> source) {}
