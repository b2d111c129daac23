/**
 * The inference toolkit over ONNX Runtime, in feature packages: {@code session} (models and
 * sequences), {@code encoder}, {@code tokenizer}, {@code template}, {@code generation} (the loop)
 * and {@code bench}. Enter by {@link dev.bantam.inference.session.DecoderModel} or {@link
 * dev.bantam.inference.encoder.EncoderModel}. Threads: nothing here may be called on an event loop.
 */
@NullMarked
package dev.bantam.inference;

import org.jspecify.annotations.NullMarked;
