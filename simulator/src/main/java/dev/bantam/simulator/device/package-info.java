/**
 * Devices and a broker that the simulator starts as processes of this machine, with limits as far
 * as the machine permits them. Enter by {@link dev.bantam.simulator.device.Devices}. Threads: all
 * of it blocks, and belongs to the one thread that starts and breaks things.
 */
@NullMarked
package dev.bantam.simulator.device;

import org.jspecify.annotations.NullMarked;
