/**
 * Families of models. Each is one class that lists a family's blocks in the order of the data's
 * way; the blocks themselves are shared. Enter by {@link
 * dev.bantam.models.importer.architecture.Architectures}. Threads: one import, one thread.
 *
 * <p>Shapes: a graph works on one sequence. Between blocks a value is {@code [sequence,
 * hidden_size]}, without a batch dimension, which spares nodes.
 */
@NullMarked
package dev.bantam.models.importer.architecture;

import org.jspecify.annotations.NullMarked;
