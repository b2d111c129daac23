/**
 * Reads GGUF, the file format of llama.cpp and Ollama, versions 2 and 3, little-endian. Enter by
 * {@link dev.bantam.models.gguf.GgufFile}. A file is taken for hostile: each count, length, offset
 * and type is checked against the file's size before anything is allocated, and what the header may
 * take of the heap is bounded.
 *
 * <p>Threads: a {@code GgufFile} may be read by several threads at once; every method blocks.
 * Format: the GGUF specification in the ggml repository, docs/gguf.md.
 */
@NullMarked
package dev.bantam.models.gguf;

import org.jspecify.annotations.NullMarked;
