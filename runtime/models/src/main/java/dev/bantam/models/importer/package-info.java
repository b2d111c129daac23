/**
 * Turns what the ecosystem publishes into an ONNX graph plus mapped weights, tensor by tensor.
 * Enter by {@code ModelImporter}.
 */
@NullMarked
package dev.bantam.models.importer;

import org.jspecify.annotations.NullMarked;
