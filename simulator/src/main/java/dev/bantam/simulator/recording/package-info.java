/**
 * Recorded files, row by row: CSV and JSON lines. Enter by {@link
 * dev.bantam.simulator.recording.Recording}. Threads: a recording belongs to one thread and blocks
 * on its file.
 */
@NullMarked
package dev.bantam.simulator.recording;

import org.jspecify.annotations.NullMarked;
