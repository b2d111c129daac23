/**
 * Files by what they contain: {@code blobs/sha256/<digest>}. A blob is written under a temporary
 * name, forced to disk, and only then renamed, so a blob that can be seen is whole.
 */
@NullMarked
package dev.bantam.models.store;

import org.jspecify.annotations.NullMarked;
