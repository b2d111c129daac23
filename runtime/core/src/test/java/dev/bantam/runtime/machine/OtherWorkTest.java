package dev.bantam.runtime.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherWorkTest {

  @TempDir Path root;

  private void stat(String... processors) throws Exception {
    Files.createDirectories(root.resolve("proc/self"));
    Files.writeString(root.resolve("proc/self/status"), "Cpus_allowed_list:\t0-1\n");
    Files.writeString(
        root.resolve("proc/stat"), "cpu 1 1 1 1 1 1 1 1 0 0\n" + String.join("\n", processors));
  }

  @Test
  void shouldCountWhatOthersTakeOfTheProcessorsThatMayBeUsed() throws Exception {
    stat("cpu0 0 0 0 1000 0 0 0 0 0 0", "cpu1 0 0 0 1000 0 0 0 0 0 0", "cpu2 0 0 0 0 0 0 0 0 0 0");
    OtherWork work = new OtherWork(root);
    assertThat(work.share()).isZero();
    Thread.sleep(300); // so that what this process takes is little of it

    stat(
        "cpu0 200 100 50 1500 100 10 20 20 0 0",
        "cpu1 0 0 0 2000 0 0 0 0 0 0",
        "cpu2 9000 0 0 0 0 0 0 0 0 0");

    // 400 of 2000
    assertThat(work.share()).isBetween(0.0, 0.2);
    stat(
        "cpu0 999000 0 0 1000 0 0 0 0 0 0",
        "cpu1 0 0 0 1000 0 0 0 999000 0 0",
        "cpu2 0 0 0 0 0 0 0 0 0 0");
    assertThat(work.share()).isGreaterThan(0.2);
  }

  @Test
  void shouldSayNothingWhereTheKernelSaysNothing() {
    assertThat(new OtherWork(root).share()).isZero();
  }

  @Test
  void shouldReadThisMachine() {
    assertThat(new OtherWork(Path.of("/")).share()).isBetween(0.0, 1.0);
  }
}
