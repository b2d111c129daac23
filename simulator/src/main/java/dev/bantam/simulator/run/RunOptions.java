package dev.bantam.simulator.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How a scenario is played.
 *
 * @param speed seconds of the scenario in a second
 * @param device whom applications ask that name none; must be there if there is such a one
 * @param truthFile where the ground truth is written, if it is
 * @param processes whose memory is watched; asked at each sample, on any thread
 * @param progress is told about once a second, on a thread of its own choosing
 */
public record RunOptions(
    double speed,
    Optional<String> device,
    Optional<Path> truthFile,
    Supplier<List<WatchedProcess>> processes,
    Consumer<RunProgress> progress) {

  /** Tells nobody how far it is, writes no ground truth and watches no process. */
  public static RunOptions quiet(double speed, Optional<String> device) {
    return new RunOptions(speed, device, Optional.empty(), List::of, progress -> {});
  }

  /** The same with a file for the ground truth. */
  public RunOptions withTruthFile(Path file) {
    return new RunOptions(speed, device, Optional.of(file), processes, progress);
  }

  /** The same with processes whose memory is watched. */
  public RunOptions withProcesses(Supplier<List<WatchedProcess>> watched) {
    return new RunOptions(speed, device, truthFile, watched, progress);
  }
}
