package dev.bantam.simulator.schedule;

import java.util.Optional;

/**
 * A message and its time.
 *
 * @param atNanos since the scenario's start
 * @param source the id of the sensor, log or replay
 * @param sourceNumber its place among all of them, from 0
 * @param topic without placeholders
 * @param payload UTF-8; not to be changed
 * @param qos 0, 1 or 2
 * @param retain whether the broker keeps it
 * @param label the anomaly that it is part of, if it is part of one: the ground truth, which is not
 *     published
 */
public record Publication(
    long atNanos,
    String source,
    int sourceNumber,
    String topic,
    byte[] payload,
    int qos,
    boolean retain,
    Optional<String> label)
    implements Event {}
