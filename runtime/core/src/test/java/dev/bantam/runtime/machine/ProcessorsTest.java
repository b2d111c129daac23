package dev.bantam.runtime.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorsTest {

  @TempDir Path root;

  private void file(String path, String text) throws Exception {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private void processor(int number, String siblings) throws Exception {
    file("sys/devices/system/cpu/cpu%d/topology/thread_siblings_list".formatted(number), siblings);
  }

  @Test
  void shouldTakeOneOfEachCore() throws Exception {
    file("proc/self/status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3");
    for (int i = 0; i < 4; i++) {
      processor(i, i % 2 + "," + (i % 2 + 2));
    }

    Processors found = Processors.of(root);

    assertThat(found.allowed()).containsExactly(0, 1, 2, 3);
    assertThat(found.cores()).containsExactly(1, 0);
  }

  @Test
  void shouldPreferTheFasterCores() throws Exception {
    file("proc/self/status", "Cpus_allowed_list:\t0-5");
    for (int i = 0; i < 6; i++) {
      processor(i, String.valueOf(i));
      file("sys/devices/system/cpu/cpu%d/cpu_capacity".formatted(i), i < 4 ? "400" : "1024");
    }

    assertThat(Processors.of(root).cores()).containsExactly(5, 4, 3, 2, 1, 0);

    for (int i : IntStream.range(0, 6).toArray()) {
      file("sys/devices/system/cpu/cpu%d/cpu_capacity".formatted(i), i < 4 ? "1024" : "400");
    }
    assertThat(Processors.of(root).cores()).containsExactly(3, 2, 1, 0, 5, 4);
  }

  @Test
  void shouldLeaveOutWhatTheProcessMayNotUse() throws Exception {
    file("proc/self/status", "Cpus_allowed_list:\t2,5-6");

    assertThat(Processors.of(root).cores()).containsExactly(6, 5, 2);
  }

  @Test
  void shouldKnowNothingWhereTheKernelSaysNothing() {
    assertThat(Processors.of(root).cores()).isEmpty();
  }

  @Test
  void shouldReadThisMachine() {
    assertThat(Processors.of(Path.of("/")).cores()).isNotEmpty();
  }
}
