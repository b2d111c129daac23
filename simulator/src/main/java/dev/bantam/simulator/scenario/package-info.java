/**
 * Scenarios as documents: what is simulated, when it speaks, and how. Enter by {@link
 * dev.bantam.simulator.scenario.ScenarioReader}, which reports all problems of a document at once.
 * Threads: everything here is immutable.
 */
@NullMarked
package dev.bantam.simulator.scenario;

import org.jspecify.annotations.NullMarked;
