/**
 * Re-quantizing, a step between reading a model and writing it: a source that shows another's
 * tensors in other blocks, so that every architecture and every format can be imported into them.
 * Enter by {@link dev.bantam.models.importer.quantize.RequantizedSource}. Threads: one import, one
 * thread.
 */
@NullMarked
package dev.bantam.models.importer.quantize;

import org.jspecify.annotations.NullMarked;
