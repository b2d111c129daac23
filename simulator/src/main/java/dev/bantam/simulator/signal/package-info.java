/**
 * How a reading changes with time: a {@link dev.bantam.simulator.signal.Signal} and the {@link
 * dev.bantam.simulator.signal.Modifier modifiers} that are laid over it. What is written in a
 * scenario is an immutable record; {@code start} makes a {@link dev.bantam.simulator.signal.Source}
 * of it, which belongs to one thread and is asked at times that never go back.
 *
 * <p>Everything random comes from a {@link dev.bantam.simulator.signal.Seed} of its own, named
 * after its place in the scenario: what is added to one reading does not change another. {@code
 * java.util.Random} and {@code StrictMath} give the same numbers on every machine.
 */
@NullMarked
package dev.bantam.simulator.signal;

import org.jspecify.annotations.NullMarked;
