/**
 * Caches of bytes: the second graph of an imported decoder. Enter by {@link
 * dev.bantam.models.importer.cache.Int8CacheGraph}. Threads: one graph, one thread.
 */
@NullMarked
package dev.bantam.models.importer.cache;

import org.jspecify.annotations.NullMarked;
