/**
 * {@code bantam slot}: which models a running device serves with, and replacing them. Enter by
 * {@link dev.bantam.runtime.cli.slot.SlotCommand}. Threads: commands block; what MQTT brings comes
 * on Vert.x contexts.
 */
@NullMarked
package dev.bantam.runtime.cli.slot;

import org.jspecify.annotations.NullMarked;
