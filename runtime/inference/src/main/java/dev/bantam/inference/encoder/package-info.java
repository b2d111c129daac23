/**
 * Encoders: texts in, embeddings, classes or spans out. Enter by {@link
 * dev.bantam.inference.encoder.EncoderModel} for texts of one's own, by {@link
 * dev.bantam.inference.encoder.EncoderBatcher} to have those of many requests meet in batches.
 *
 * <p>Threads: everything here is for many threads at once.
 */
@NullMarked
package dev.bantam.inference.encoder;

import org.jspecify.annotations.NullMarked;
