package dev.bantam.inference.session;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was tried out of graphs, and what came of it. The graph's file, how it is loaded and this
 * processor's kernels decide it, so a model that is loaded again is not tried again. Any thread.
 */
final class Trials {

  /** What is tried. */
  enum Kind {
    /** {@link RowsTrial#ofRows}. */
    ROWS,
    /** {@link RowsTrial#ofRuns}. */
    RUNS,
    /** {@link BatchTrial}. */
    BATCH
  }

  /** A trial, which takes a few runs. */
  @FunctionalInterface
  interface Trial {
    boolean succeeds() throws TaskException;
  }

  private record Key(Kind kind, FileIdentity graph, LoadContext context) {}

  /** Grows by three entries at most for each graph and each way that this process loaded it. */
  private static final Map<Key, Boolean> RESULTS = new ConcurrentHashMap<>();

  private final FileIdentity graph;
  private final LoadContext context;

  Trials(FileIdentity graph, LoadContext context) {
    this.graph = graph;
    this.context = context;
  }

  /**
   * What came of a trial; it is made if this is not known yet.
   *
   * @throws TaskException as the trial
   */
  synchronized boolean succeeds(Kind kind, Trial trial) throws TaskException {
    Key key = new Key(kind, graph, context);
    Boolean known = RESULTS.get(key);
    if (known == null) {
      known = trial.succeeds();
      RESULTS.put(key, known);
    }
    return known;
  }
}
