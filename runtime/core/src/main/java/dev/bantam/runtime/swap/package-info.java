/**
 * Hot-swap: a slot's model is replaced while it serves. Enter by {@link
 * dev.bantam.runtime.swap.Swaps}.
 *
 * <p>A controller, or the command line, writes what a slot shall hold as its retained {@code
 * desired} ({@link dev.bantam.runtime.swap.Desired}); the newest generation wins. One {@link
 * dev.bantam.runtime.swap.SwapRun} goes through the phases of {@link
 * dev.bantam.runtime.swap.SwapPhase}, decides by {@link dev.bantam.runtime.swap.SwapPolicy}, which
 * is pure, and ends in a {@link dev.bantam.runtime.swap.SwapOutcome}. {@link
 * dev.bantam.runtime.swap.SlotJournal} says after a crash what the slot goes on with: a model that
 * was not committed is not tried again. The outcomes are those of AWS IoT Greengrass.
 *
 * <p>Threads: each slot has a thread for its swaps, for they block; of all slots one at a time has
 * two models in memory. What the rest of the runtime sees is immutable.
 */
@NullMarked
package dev.bantam.runtime.swap;

import org.jspecify.annotations.NullMarked;
