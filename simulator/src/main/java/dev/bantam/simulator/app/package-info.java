/**
 * Applications that ask devices, and an exact account of what became of each request. Enter by
 * {@link dev.bantam.simulator.app.Application}. Threads: everything here is confined to one Vert.x
 * context.
 */
@NullMarked
package dev.bantam.simulator.app;

import org.jspecify.annotations.NullMarked;
