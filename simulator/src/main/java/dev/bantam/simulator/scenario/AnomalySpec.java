package dev.bantam.simulator.scenario;

import dev.bantam.simulator.signal.Effect;
import java.time.Duration;
import java.util.Optional;

/**
 * An anomaly that is injected, and is known to be one.
 *
 * @param label what it is called in the ground truth
 * @param at when it begins
 * @param lasts how long
 * @param interval from one beginning to the next, if it comes again
 * @param reading that it changes
 * @param effect how
 * @param count of many sensors of a kind, how many have it
 */
public record AnomalySpec(
    String label,
    Duration at,
    Duration lasts,
    Optional<Duration> interval,
    String reading,
    Effect effect,
    int count) {}
