package dev.bantam.simulator.run;

/**
 * How late messages went out, from the time that the schedule has to the call that sends them.
 *
 * @param medianMs half of them were not later
 * @param p99Ms 99 of 100 were not later
 * @param maxMs the latest
 */
public record LagFigures(double medianMs, double p99Ms, double maxMs) {}
