/**
 * Writes ONNX graphs. Enter by {@link dev.bantam.models.importer.graph.GraphBuilder}; it knows
 * nodes and initializers, nothing of language models. Threads: one graph, one thread.
 */
@NullMarked
package dev.bantam.models.importer.graph;

import org.jspecify.annotations.NullMarked;
