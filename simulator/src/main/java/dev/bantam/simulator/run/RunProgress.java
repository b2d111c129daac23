package dev.bantam.simulator.run;

import java.time.Duration;

/**
 * How far a run is.
 *
 * @param played of the scenario's own time
 * @param duration of the whole scenario
 * @param messages what became of them so far
 * @param lag of the messages so far
 */
public record RunProgress(
    Duration played, Duration duration, MessageCounts messages, LagFigures lag) {}
