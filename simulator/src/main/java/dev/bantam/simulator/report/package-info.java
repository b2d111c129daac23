/**
 * Writes what came of a run: as JSON of a published schema, and as one page that shows it and needs
 * nothing from outside. Enter by {@link dev.bantam.simulator.report.ReportFolder}. Threads: any;
 * blocks on files.
 */
@NullMarked
package dev.bantam.simulator.report;

import org.jspecify.annotations.NullMarked;
