/**
 * Models as Hugging Face's transformers library saves them: a folder of safetensors files with
 * {@code config.json} and {@code tokenizer.json}, translated to GGUF's terms. Enter by {@link
 * dev.bantam.models.importer.safetensors.SafetensorsSource}. Threads: one import, one thread.
 */
@NullMarked
package dev.bantam.models.importer.safetensors;

import org.jspecify.annotations.NullMarked;
