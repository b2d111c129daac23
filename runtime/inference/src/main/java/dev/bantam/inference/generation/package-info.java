/**
 * The generation loop: prefill, decode, sample, stop. Enter by {@link
 * dev.bantam.inference.generation.Generator}. Threads: all runs on the caller's thread; nothing
 * here is shared between generations.
 */
@NullMarked
package dev.bantam.inference.generation;

import org.jspecify.annotations.NullMarked;
