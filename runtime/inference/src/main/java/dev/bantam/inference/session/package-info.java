/**
 * ONNX Runtime: the one environment of the process, guarded against telemetry, and decoder models
 * over mapped weights. One immutable {@link dev.bantam.inference.session.DecoderModel} is shared by
 * all requests, one mutable {@link dev.bantam.inference.session.Sequence} with its KV cache belongs
 * to each. Threads: a model is for many threads, closing included; a sequence is for one at a time.
 */
@NullMarked
package dev.bantam.inference.session;

import org.jspecify.annotations.NullMarked;
