/**
 * Measures a model on this machine: speed, load time, memory. Enter by {@link
 * dev.bantam.inference.bench.Benchmark}. Threads: one measurement at a time in a process, on the
 * caller's thread.
 */
@NullMarked
package dev.bantam.inference.bench;

import org.jspecify.annotations.NullMarked;
