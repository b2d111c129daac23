/**
 * What presses a device (heat, a processor that slows itself down, short memory, little power), and
 * what it gives up for that, step by step. Enter by {@link
 * dev.bantam.runtime.governor.GovernorWatch}, which reads the sensors and lets {@link
 * dev.bantam.runtime.governor.GovernorPolicy}, a pure function, say what follows; whoever has
 * started it does it. Threads: values are immutable; the watch lives on one Vert.x context and
 * reads on a worker thread.
 */
@NullMarked
package dev.bantam.runtime.governor;

import org.jspecify.annotations.NullMarked;
