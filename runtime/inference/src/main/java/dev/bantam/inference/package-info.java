/**
 * The inference toolkit over ONNX Runtime, in feature packages: {@code session} (models and
 * sequences), {@code tokenizer}, {@code template}, {@code generation} (the loop) and {@code bench}.
 * Enter by {@link dev.bantam.inference.session.DecoderModel}. Threads: nothing here may be called
 * on an event loop.
 */
@NullMarked
package dev.bantam.inference;

import org.jspecify.annotations.NullMarked;
