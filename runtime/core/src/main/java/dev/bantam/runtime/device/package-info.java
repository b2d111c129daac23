/**
 * What is known of this machine by trial: which of ONNX Runtime's kernels run here, and right.
 * Enter by {@link dev.bantam.runtime.device.SelfTest}, which has a child process run them, and
 * {@link dev.bantam.runtime.device.DeviceRecordFile}, which remembers it. Threads: values are
 * immutable; the test blocks.
 */
@NullMarked
package dev.bantam.runtime.device;

import org.jspecify.annotations.NullMarked;
