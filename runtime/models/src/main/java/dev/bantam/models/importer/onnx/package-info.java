/**
 * Ready ONNX exports, installed as they are: found in a folder, looked through, their files copied.
 * Only the names of files with external data change in the graph. Enter by {@link
 * dev.bantam.models.importer.onnx.OnnxImport}. Threads: one import, one thread.
 */
@NullMarked
package dev.bantam.models.importer.onnx;

import org.jspecify.annotations.NullMarked;
