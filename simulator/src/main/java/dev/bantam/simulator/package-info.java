/**
 * Simulated sensors that ask a device over MQTT and know nothing of its insides. Enter by {@link
 * dev.bantam.simulator.DemoRun}. Threads: a run is driven by its caller's thread; its listener is
 * called by that thread, too.
 */
@NullMarked
package dev.bantam.simulator;

import org.jspecify.annotations.NullMarked;
