/**
 * What happens to a device, told to whoever operates it: one message a transition. Enter by {@link
 * dev.bantam.runtime.event.Events}, which anything in the runtime may tell; {@link
 * dev.bantam.runtime.event.EventKind} is the closed list. Threads: {@code Events} takes calls of
 * any thread; the rest belongs to the runtime's context or is immutable.
 */
@NullMarked
package dev.bantam.runtime.event;

import org.jspecify.annotations.NullMarked;
