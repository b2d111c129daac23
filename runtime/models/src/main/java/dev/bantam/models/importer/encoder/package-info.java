/**
 * Encoder-only models: texts to hidden states, or to the logits of a head. Enter by {@link
 * dev.bantam.models.importer.encoder.EncoderImport}. An architecture is one class that lists its
 * blocks, as for decoders; the folder's other files say how texts become embeddings and what the
 * labels are. Threads: one import, one thread.
 */
@NullMarked
package dev.bantam.models.importer.encoder;

import org.jspecify.annotations.NullMarked;
