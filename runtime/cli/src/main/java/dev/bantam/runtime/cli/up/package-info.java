/**
 * {@code bantam up} and {@code bantam run}: a runtime in this process from start to drain. Enter by
 * {@link dev.bantam.runtime.cli.up.UpCommand}. Threads: the main thread starts, waits, stops;
 * Vert.x does the rest.
 */
@NullMarked
package dev.bantam.runtime.cli.up;

import org.jspecify.annotations.NullMarked;
