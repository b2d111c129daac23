/**
 * {@code bantam tune}: measures with how many threads, and how, models run fastest on this machine.
 * Enter by {@link dev.bantam.runtime.cli.tune.TuneCommand}. Threads: blocking.
 */
@NullMarked
package dev.bantam.runtime.cli.tune;

import org.jspecify.annotations.NullMarked;
