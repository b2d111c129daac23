package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The kernel says where threads may run. */
@EnabledOnOs(OS.LINUX)
class TiedThreadsTest {

  private static final String ALLOWED = "Cpus_allowed_list:";

  @TempDir Path folder;

  /** By number, for those of which there may be some more at any time. */
  private static Set<String> tiedTo(String processors) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      return threads
          .filter(thread -> allowed(thread.resolve("status")).equals(processors))
          .map(thread -> String.valueOf(thread.getFileName()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String allowed(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .findFirst()
          .map(line -> line.substring(ALLOWED.length()).trim())
          .orElse("");
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  @Test
  void shouldTieOneThreadToTheProcessorThatIsNamed() throws Exception {
    assumeThat(allowed(Path.of("/proc/self/status"))).startsWith("0-");
    ModelFiles files = TinyDecoder.write(folder);
    LoadContext free = LoadContext.of(2, 128);

    try (DecoderModel usual = DecoderModel.load(files, free)) {
      Set<String> before = tiedTo("1");
      try (DecoderModel tied = DecoderModel.load(files, free.withThreads(2, false, List.of(1)));
          Sequence sequence = tied.newSequence()) {
        Set<String> now = tiedTo("1");
        now.removeAll(before);

        assertThat(now).hasSize(1);
        assertThat(sequence.evaluate(new int[] {1, 2, 3}, 1).remaining())
            .isEqualTo(tied.config().vocabSize());
      }
      assertThat(usual.config().vocabSize()).isPositive();
    }
  }
}
