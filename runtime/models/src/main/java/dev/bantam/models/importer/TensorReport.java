package dev.bantam.models.importer;

import dev.bantam.models.gguf.TensorType;

/**
 * What an import has made of one tensor.
 *
 * @param name as the source names it, in GGUF's terms
 * @param source its type in the source
 * @param target in words, e.g. {@code 4 bits, block 32, shifts}
 * @param bytes written
 * @param relativeError norm of the difference from the source's weights, as part of their norm; 0
 *     where every weight is kept
 */
public record TensorReport(
    String name, TensorType source, String target, long bytes, double relativeError) {}
