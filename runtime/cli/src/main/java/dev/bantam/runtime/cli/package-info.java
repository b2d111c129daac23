/**
 * The command line, and the place where all parts are put together. Enter by {@link
 * dev.bantam.runtime.cli.Main}. Results go to standard output, progress to standard error; {@code
 * --json} prints one object on the last line of standard output. Exit codes: {@link
 * dev.bantam.runtime.cli.ExitCode}. Threads: a command runs on the main thread; signals only lower
 * a latch.
 */
@NullMarked
package dev.bantam.runtime.cli;

import org.jspecify.annotations.NullMarked;
