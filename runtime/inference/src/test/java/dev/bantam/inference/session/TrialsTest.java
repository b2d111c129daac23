package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.session.Trials.Kind;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process has tried of a model, the next one knows. */
class TrialsTest {

  @TempDir Path work;
  @TempDir Path cache;

  private ModelFiles files;
  private int tried;

  @BeforeEach
  void setUp() throws Exception {
    files = TinyDecoder.write(work);
  }

  /** As a process has them that has tried nothing yet. */
  private Trials begun(LoadContext context) throws Exception {
    Path graph = files.require(ModelFiles.GRAPH);
    return new Trials(
        FileIdentity.of(graph), context, TrialFile.of(files, graph, context), new HashMap<>());
  }

  private LoadContext keeping(int threads, int contextLength) {
    return LoadContext.of(threads, contextLength).withCache(Optional.of(cache));
  }

  private boolean succeeds(Trials trials, Kind kind, boolean result) throws TaskException {
    return trials.succeeds(
        kind,
        () -> {
          tried++;
          return result;
        });
  }

  private List<Path> kept() throws Exception {
    try (Stream<Path> all = Files.list(cache.resolve("trials"))) {
      return all.toList();
    }
  }

  @Test
  void shouldTryOnceForAllProcesses() throws Exception {
    Trials first = begun(keeping(1, 64));
    assertThat(succeeds(first, Kind.ROWS, false)).isFalse();
    assertThat(succeeds(first, Kind.BATCH, true)).isTrue();
    assertThat(succeeds(first, Kind.ROWS, true)).isFalse();

    Trials next = begun(keeping(1, 64));
    assertThat(succeeds(next, Kind.ROWS, true)).isFalse();
    assertThat(succeeds(next, Kind.BATCH, false)).isTrue();
    assertThat(succeeds(next, Kind.RUNS, true)).isTrue();

    assertThat(tried).isEqualTo(3);
    assertThat(Files.readString(kept().get(0))).isEqualTo("batch true\nrows false\nruns true\n");
  }

  @Test
  void shouldTryAnewWhatIsRunInAnotherWay() throws Exception {
    succeeds(begun(keeping(1, 64)), Kind.ROWS, true);
    succeeds(begun(keeping(2, 64)), Kind.ROWS, false);
    succeeds(begun(keeping(1, 32)), Kind.ROWS, false);
    Files.move(files.require(ModelFiles.GRAPH), work.resolve("other.onnx"));
    files =
        new ModelFiles(
            files.reference(),
            Map.of(
                ModelFiles.GRAPH,
                work.resolve("other.onnx"),
                ModelFiles.CONFIG,
                files.require(ModelFiles.CONFIG)));
    succeeds(begun(keeping(1, 64)), Kind.ROWS, false);

    assertThat(tried).isEqualTo(4);
  }

  @Test
  void shouldTryAnewWhereTheFileIsDamagedOrCannotBeHad() throws Exception {
    succeeds(begun(keeping(1, 64)), Kind.ROWS, true);
    Files.writeString(kept().get(0), "rows tru");
    assertThat(succeeds(begun(keeping(1, 64)), Kind.ROWS, false)).isFalse();
    assertThat(tried).isEqualTo(2);

    Files.delete(kept().get(0));
    Files.delete(cache.resolve("trials"));
    Files.writeString(cache.resolve("trials"), "no folder");
    assertThat(succeeds(begun(keeping(1, 64)), Kind.ROWS, true)).isTrue();
    assertThat(tried).isEqualTo(3);
  }

  @Test
  void shouldKeepNothingOfATrialThatFails() throws Exception {
    TaskException failure = new TaskException(ErrorCode.DRAINING, "closed");
    Trials trials = begun(keeping(1, 64));
    assertThatThrownBy(
            () ->
                trials.succeeds(
                    Kind.RUNS,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    assertThat(cache.resolve("trials")).doesNotExist();
    assertThat(succeeds(trials, Kind.RUNS, true)).isTrue();
  }

  @Test
  void shouldKeepSomeFilesOnly() throws Exception {
    for (int length = 32; length < 64; length++) {
      succeeds(begun(keeping(1, length)), Kind.ROWS, true);
    }
    assertThat(kept()).hasSizeLessThan(12);
  }
}
