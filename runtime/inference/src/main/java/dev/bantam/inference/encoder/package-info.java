/**
 * Encoders: texts in, embeddings, classes or spans out. Enter by {@link
 * dev.bantam.inference.encoder.EncoderModel}.
 *
 * <p>Threads: everything here is for many threads at once.
 */
@NullMarked
package dev.bantam.inference.encoder;

import org.jspecify.annotations.NullMarked;
