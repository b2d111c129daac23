/**
 * What goes wrong in a run: a network of the simulator's own, and faults that begin and are mended
 * by the clock. Enter by {@link dev.bantam.simulator.fault.Faults}. Threads: {@code NetworkLink}
 * lives on a Vert.x context; {@code Faults} has a thread of its own, for killing and starting
 * processes blocks.
 */
@NullMarked
package dev.bantam.simulator.fault;

import org.jspecify.annotations.NullMarked;
