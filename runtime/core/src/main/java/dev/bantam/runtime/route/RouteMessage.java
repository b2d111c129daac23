package dev.bantam.runtime.route;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that was read.
 *
 * @param levels the topic's named levels
 * @param payload a text, a number, or JSON as plain Java values
 * @param value the number that sifting and windows look at; NaN where there is none
 * @param key whose it is
 * @param sourceMillis when it was measured, in milliseconds since 1970
 * @param hops how many routes it came through
 * @param acknowledge tells the broker that it is done with
 */
record RouteMessage(
    String topic,
    Map<String, String> levels,
    @Nullable Object payload,
    double value,
    String key,
    long sourceMillis,
    int hops,
    Runnable acknowledge) {}
