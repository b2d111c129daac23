/**
 * Controllers that replace the models of slots, and what becomes of it: outcomes, answers of each
 * version, latency with and without swaps, memory. Enter by {@link
 * dev.bantam.simulator.swap.Swaps}. Threads: everything here is confined to one Vert.x context, but
 * for what says otherwise.
 */
@NullMarked
package dev.bantam.simulator.swap;

import org.jspecify.annotations.NullMarked;
