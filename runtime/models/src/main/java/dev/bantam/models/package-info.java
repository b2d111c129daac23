/**
 * The model repository of one device. Enter by {@code ModelRepository}: it pulls, imports, lists,
 * verifies and resolves models. Threads: every method blocks and may be called by any worker
 * thread; processes that share a repository exclude each other by file locks.
 */
@NullMarked
package dev.bantam.models;

import org.jspecify.annotations.NullMarked;
