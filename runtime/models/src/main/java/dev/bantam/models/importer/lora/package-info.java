/**
 * Low-rank adapters (Hu et al., LoRA, arXiv 2106.09685), merged into a model's matrices as an
 * import reads them. Enter by {@link dev.bantam.models.importer.lora.AdaptedSource}. Threads: one
 * import, one thread.
 */
@NullMarked
package dev.bantam.models.importer.lora;

import org.jspecify.annotations.NullMarked;
