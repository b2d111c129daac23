/**
 * The demo that {@code bantam up} plays: sensors that ask a device one after the other, so that
 * people can follow. Enter by {@link dev.bantam.simulator.demo.DemoRun}. Threads: a run is driven
 * by its caller's thread; its listener is called by that thread and by the client's, never at once.
 */
@NullMarked
package dev.bantam.simulator.demo;

import org.jspecify.annotations.NullMarked;
