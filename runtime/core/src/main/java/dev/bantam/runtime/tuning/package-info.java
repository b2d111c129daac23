/**
 * How many threads a model runs fastest on, whether they spin, and where they run: found by
 * measurement and kept for each model and machine. Enter by {@link
 * dev.bantam.runtime.tuning.Tuner}, which measures, and {@link dev.bantam.runtime.tuning.Tuning},
 * which has models loaded by what was found. Threads: values are immutable; measuring and files
 * block.
 */
@NullMarked
package dev.bantam.runtime.tuning;

import org.jspecify.annotations.NullMarked;
