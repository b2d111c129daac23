/**
 * Where model files come from: Python package indexes, web servers, files. Enter by {@link
 * dev.bantam.models.source.Downloader}, which tries a model's sources in order and hands out a file
 * only after its size and sha256 were checked. Threads: everything blocks; interrupting the thread
 * ends the transfer.
 */
@NullMarked
package dev.bantam.models.source;

import org.jspecify.annotations.NullMarked;
