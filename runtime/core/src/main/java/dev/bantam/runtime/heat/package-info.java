/**
 * How hot the device is, and from when on it spares itself. Enter by {@link
 * dev.bantam.runtime.heat.HeatWatch}, which reads a {@link dev.bantam.runtime.heat.Thermometer} and
 * lets {@link dev.bantam.runtime.heat.HeatPolicy} say what that means. Threads: values are
 * immutable; the watch lives on one Vert.x context and reads on a worker thread.
 */
@NullMarked
package dev.bantam.runtime.heat;

import org.jspecify.annotations.NullMarked;
