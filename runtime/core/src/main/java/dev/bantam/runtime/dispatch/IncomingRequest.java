package dev.bantam.runtime.dispatch;

import dev.bantam.spi.RequestBody;
import java.util.Optional;

/**
 * One decoded request, whatever it came by.
 *
 * @param key what a cancel names: unique among the requests in flight
 * @param task the task asked for
 * @param slot the slot that the client chose; empty for the first that serves the task
 * @param model the model that the client insists on; empty for whatever is active
 * @param body the payload
 * @param stream whether the client wants chunks
 * @param deadlineNanos {@link System#nanoTime()} after which nobody waits; empty for the default
 * @param withinTimeout whether the slot's timeout ends the request too where the deadline is later
 * @param turn its place in the slot's queue
 */
public record IncomingRequest(
    String key,
    String task,
    Optional<String> slot,
    Optional<String> model,
    RequestBody body,
    boolean stream,
    Optional<Long> deadlineNanos,
    boolean withinTimeout,
    Turn turn) {}
