package dev.bantam.models;

import dev.bantam.models.store.BlobStore;
import java.nio.file.Path;

/**
 * What all operations of a repository work on.
 *
 * @param root its folder, absolute
 */
record Parts(
    Path root,
    BlobStore blobs,
    Shelf shelf,
    Finder finder,
    NameLocks locks,
    Sweeper sweeper,
    Holds holds) {}
