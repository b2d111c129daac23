package dev.bantam.inference.session;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was tried out of graphs, and what came of it. The graph's file, how it is loaded and this
 * processor's kernels decide it, so a model that is loaded again is not tried again; where there is
 * a {@link TrialFile}, not by the next process either. Any thread.
 */
final class Trials {

  /** What is tried. */
  enum Kind {
    /** {@link RowsTrial#ofRows}. */
    ROWS,
    /** {@link RowsTrial#ofRuns}. */
    RUNS,
    /** {@link BatchTrial}. */
    BATCH;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> named(String wireName) {
      return Arrays.stream(values()).filter(kind -> kind.wireName().equals(wireName)).findFirst();
    }
  }

  /** A trial, which takes a few runs. */
  @FunctionalInterface
  interface Trial {
    boolean succeeds() throws TaskException;
  }

  /** By which a result of this process is found again. */
  record Key(Kind kind, FileIdentity graph, LoadContext context) {

    /** By hand as the graph's, and without the context, which few differ in. */
    @Override
    public int hashCode() {
      return 31 * graph.hashCode() + kind.ordinal();
    }
  }

  /** Grows by three entries at most for each graph and each way that this process loaded it. */
  private static final Map<Key, Boolean> RESULTS = new ConcurrentHashMap<>();

  private final FileIdentity graph;
  private final LoadContext context;
  private final Optional<TrialFile> file;
  private final Map<Key, Boolean> results;

  /**
   * @param file where results outlive the process
   */
  Trials(FileIdentity graph, LoadContext context, Optional<TrialFile> file) {
    this(graph, context, file, RESULTS);
  }

  /**
   * @param results of this process
   */
  Trials(
      FileIdentity graph,
      LoadContext context,
      Optional<TrialFile> file,
      Map<Key, Boolean> results) {
    this.graph = graph;
    this.context = context;
    this.file = file;
    this.results = results;
  }

  /**
   * What came of a trial; it is made if this is not known yet.
   *
   * @throws TaskException as the trial
   */
  synchronized boolean succeeds(Kind kind, Trial trial) throws TaskException {
    Key key = new Key(kind, graph, context);
    Boolean known = results.get(key);
    if (known == null) {
      known = fromFile(kind, trial);
      results.put(key, known);
    }
    return known;
  }

  private boolean fromFile(Kind kind, Trial trial) throws TaskException {
    if (file.isEmpty()) {
      return trial.succeeds();
    }
    Map<Kind, Boolean> all = file.get().read();
    Boolean known = all.get(kind);
    if (known == null) {
      known = trial.succeeds();
      all.put(kind, known);
      file.get().write(all);
    }
    return known;
  }
}
