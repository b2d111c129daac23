/**
 * The self-test of this machine: {@code bantam device test}, and what makes it before the first
 * model is loaded. Enter by {@link dev.bantam.runtime.cli.device.DeviceCheck}. Threads: blocking.
 */
@NullMarked
package dev.bantam.runtime.cli.device;

import org.jspecify.annotations.NullMarked;
