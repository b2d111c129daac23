package dev.bantam.simulator.run;

import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.swap.SwapProgress;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a run is.
 *
 * @param played of the scenario's own time
 * @param duration of the whole scenario
 * @param messages what became of them so far
 * @param requests what became of the applications' so far
 * @param lag of the messages so far
 * @param swaps of models so far
 * @param preparing what is done before the run begins; empty once it has
 */
public record RunProgress(
    Duration played,
    Duration duration,
    MessageCounts messages,
    RequestCounts requests,
    LagFigures lag,
    SwapProgress swaps,
    Optional<String> preparing) {}
