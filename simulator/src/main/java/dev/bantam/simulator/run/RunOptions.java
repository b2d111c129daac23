package dev.bantam.simulator.run;

import dev.bantam.simulator.app.RequestListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How a scenario is played.
 *
 * @param speed seconds of the scenario in a second
 * @param device whom applications ask that name none; must be there if there is such a one
 * @param tasks that the device serves which sensors ask; empty to take them from its status
 * @param truthFile where the ground truth is written, if it is
 * @param processes whose memory is watched; asked at each sample, on any thread
 * @param progress is told about once a second, on a thread of its own choosing
 * @param listener is told of each request, on the run's Vert.x context
 */
public record RunOptions(
    double speed,
    Optional<String> device,
    Optional<Set<String>> tasks,
    Optional<Path> truthFile,
    Supplier<List<WatchedProcess>> processes,
    Consumer<RunProgress> progress,
    Optional<RequestListener> listener) {

  /** Tells nobody how far it is, writes no ground truth and watches no process. */
  public static RunOptions quiet(double speed, Optional<String> device) {
    return new RunOptions(
        speed,
        device,
        Optional.empty(),
        Optional.empty(),
        List::of,
        progress -> {},
        Optional.empty());
  }

  /** The same with a file for the ground truth, if there is one. */
  public RunOptions withTruthFile(Optional<Path> file) {
    return new RunOptions(speed, device, tasks, file, processes, progress, listener);
  }

  /** The same with processes whose memory is watched. */
  public RunOptions withProcesses(Supplier<List<WatchedProcess>> watched) {
    return new RunOptions(speed, device, tasks, truthFile, watched, progress, listener);
  }

  /** The same with somebody who is told how far it is. */
  public RunOptions withProgress(Consumer<RunProgress> told) {
    return new RunOptions(speed, device, tasks, truthFile, processes, told, listener);
  }

  /** The same for a device of which it is known what it serves. */
  public RunOptions withTasks(Set<String> served) {
    return new RunOptions(
        speed, device, Optional.of(Set.copyOf(served)), truthFile, processes, progress, listener);
  }

  /** The same with somebody who is told of each request. */
  public RunOptions withListener(RequestListener told) {
    return new RunOptions(speed, device, tasks, truthFile, processes, progress, Optional.of(told));
  }
}
