/**
 * Files by what they contain: {@code blobs/sha256/<digest>}. A blob is written under a temporary
 * name, forced to disk, and only then renamed, so a blob that can be seen is whole. Enter by {@link
 * dev.bantam.models.store.BlobStore}. Threads: the store may be used by any thread; a writer or a
 * work belongs to one. Everything blocks.
 */
@NullMarked
package dev.bantam.models.store;

import org.jspecify.annotations.NullMarked;
