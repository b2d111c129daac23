/**
 * The generation loop: prefill, decode, sample, stop. One immutable {@code DecoderModel} is shared
 * by all requests, one mutable {@code Sequence} belongs to each. Enter by {@code Generator}.
 * Threads: a {@code Sequence} is for one thread at a time.
 */
@NullMarked
package dev.bantam.inference.generation;

import org.jspecify.annotations.NullMarked;
