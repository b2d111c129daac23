/**
 * {@code bantam sim}: plays scenarios. Enter by {@link dev.bantam.runtime.cli.sim.SimCommand}.
 * Threads: each command runs on the main thread and blocks.
 */
@NullMarked
package dev.bantam.runtime.cli.sim;

import org.jspecify.annotations.NullMarked;
