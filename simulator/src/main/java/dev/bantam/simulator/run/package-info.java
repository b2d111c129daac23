/**
 * Plays scenarios against a broker and says what came of it. Enter by {@link
 * dev.bantam.simulator.run.ScenarioRun}. Threads: the caller's thread makes the messages and waits
 * for their time; connections, counters and histograms belong to one Vert.x context.
 */
@NullMarked
package dev.bantam.simulator.run;

import org.jspecify.annotations.NullMarked;
