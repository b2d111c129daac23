/**
 * What an import reads from, whatever the file format: hyper-parameters by GGUF's keys, tensors by
 * llama.cpp's names, the tokenizer. Enter by {@link dev.bantam.models.importer.source.ModelSource}.
 * Threads: one import, one thread.
 */
@NullMarked
package dev.bantam.models.importer.source;

import org.jspecify.annotations.NullMarked;
