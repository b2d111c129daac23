package dev.bantam.simulator.run;

import dev.bantam.simulator.app.RequestCounts;
import java.time.Duration;

/**
 * How far a run is.
 *
 * @param played of the scenario's own time
 * @param duration of the whole scenario
 * @param messages what became of them so far
 * @param requests what became of the applications' so far
 * @param lag of the messages so far
 */
public record RunProgress(
    Duration played,
    Duration duration,
    MessageCounts messages,
    RequestCounts requests,
    LagFigures lag) {}
