/**
 * Slots: named places that hold the model now in use. Enter by {@link
 * dev.bantam.runtime.slot.ModelSlot}. A user takes a counted {@link dev.bantam.runtime.slot.Lease}
 * on one immutable {@link dev.bantam.runtime.slot.ModelVersion}; a replaced version is closed when
 * its last lease is released, never earlier. The idea is that of Lucene's {@code ReferenceManager}.
 *
 * <p>Threads: everything here may be called by any thread and never blocks. A model's {@code close}
 * runs on the executor that the slot was made with.
 */
@NullMarked
package dev.bantam.runtime.slot;

import org.jspecify.annotations.NullMarked;
