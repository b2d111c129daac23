package dev.bantam.simulator.signal;

/** One reading of a sensor, as written in a scenario. */
public sealed interface ReadingSpec permits NumberReading, WordReading {}
