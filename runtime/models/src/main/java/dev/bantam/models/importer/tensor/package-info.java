/**
 * Tensors on their way from a source file to the weights file: what shape they must have, how their
 * elements are laid out for ONNX Runtime, and the streaming from one to the other. Enter by {@link
 * dev.bantam.models.importer.tensor.WeightsFile}. Threads: one import, one thread.
 */
@NullMarked
package dev.bantam.models.importer.tensor;

import org.jspecify.annotations.NullMarked;
