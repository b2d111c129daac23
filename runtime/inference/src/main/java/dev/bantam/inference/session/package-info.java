/**
 * ONNX Runtime: the one environment of the process, guarded against telemetry, and sessions over
 * mapped weights. Threads: a session is shared; closing it while a run is under way would crash the
 * process, so the owner drains first.
 */
@NullMarked
package dev.bantam.inference.session;

import org.jspecify.annotations.NullMarked;
