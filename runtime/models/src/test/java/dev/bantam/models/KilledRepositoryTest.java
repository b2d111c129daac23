package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.importer.ImportListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process leaves that is killed at a random moment of its work on a repository: ten times,
 * or as {@code -Dbantam.kills=100} says.
 */
class KilledRepositoryTest {

  private static final int KILLS = Integer.getInteger("bantam.kills", 10);
  private static final int LONGEST_MS = 400;

  @TempDir Path folder;

  @Test
  void shouldFindWholeModelsAndNoGarbageAfterAKillAtAnyMoment() throws Exception {
    Random random = new Random();
    for (int kill = 0; kill < KILLS; kill++) {
      int ms = random.nextInt(LONGEST_MS);
      try (OtherWorker worker = OtherWorker.start(folder)) {
        LockSupport.parkNanos(Duration.ofMillis(ms).toNanos());
      }
      requireSound("kill %d, after %d ms".formatted(kill, ms));
    }
  }

  private void requireSound(String when) throws Exception {
    TinyRepository tiny = new TinyRepository(folder);
    for (InstalledModel model : tiny.models.list()) {
      assertThat(tiny.models.verify(model.reference()).damaged()).as(when).isEmpty();
    }
    for (String alias : tiny.models.aliases().all().keySet()) {
      assertThat(tiny.resolve(alias)).as(when).startsWith("mine:");
    }
    assertThat(tiny.models.holds()).as(when).hasSizeLessThan(2);

    Garbage garbage =
        tiny.models.collectGarbage(new GarbageRule(9, GarbageRule.DOWNLOAD_AGE, false));

    assertThat(garbage.filesStay()).as(when).isFalse();
    assertThat(tiny.blobs()).as(when).isEqualTo(tiny.named());
    assertThat(tiny.root.resolve(".staging")).as(when).isEmptyDirectory();
    requireWholeBundle(when);
  }

  /** A bundle that has its name is whole; of an unfinished one there is a single other file. */
  private void requireWholeBundle(String when) throws Exception {
    Path bundle = folder.resolve("models.bundle");
    if (Files.exists(bundle)) {
      TinyRepository other = new TinyRepository(folder, "other");
      for (InstalledModel model : other.models.bundles().read(bundle, ImportListener.NONE)) {
        assertThat(other.models.verify(model.reference()).ok()).as(when).isTrue();
        other.models.remove(model.reference());
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .as(when)
          .isSubsetOf(
              "models", "other", "m.gguf", "brought.gguf", "models.bundle", ".models.bundle.part");
    }
  }
}
