/**
 * What a device tells over HTTP: whether it lives, whether it is ready, and its figures for
 * Prometheus. Enter by {@link dev.bantam.runtime.http.HttpPort}; what is told comes from an {@link
 * dev.bantam.runtime.http.HttpSource}. Bounded in connections, bytes and time, for it shares the
 * device with its requests. Threads: all on the runtime's context but the writing of the figures,
 * which a worker does.
 */
@NullMarked
package dev.bantam.runtime.http;

import org.jspecify.annotations.NullMarked;
