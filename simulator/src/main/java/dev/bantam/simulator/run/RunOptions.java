package dev.bantam.simulator.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a scenario is played.
 *
 * @param speed seconds of the scenario in a second
 * @param device whom applications ask that name none; must be there if there is such a one
 * @param truthFile where the ground truth is written, if it is
 * @param progress is told about once a second, on a thread of its own choosing
 */
public record RunOptions(
    double speed,
    Optional<String> device,
    Optional<Path> truthFile,
    Consumer<RunProgress> progress) {}
