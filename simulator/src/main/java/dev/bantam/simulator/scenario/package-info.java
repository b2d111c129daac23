/**
 * What is simulated: sensors, how their readings change, and the request that each reading becomes.
 * Enter by {@link dev.bantam.simulator.scenario.ScenarioReader}. Threads: documents are immutable;
 * a {@link dev.bantam.simulator.scenario.Sensor} belongs to one thread.
 */
@NullMarked
package dev.bantam.simulator.scenario;

import org.jspecify.annotations.NullMarked;
