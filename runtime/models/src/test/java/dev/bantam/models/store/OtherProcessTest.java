package dev.bantam.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.models.ModelException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherProcessTest {

  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path root;

  @Test
  void shouldFindNothingThatLooksWholeAfterAKillInMidWrite() throws Exception {
    BlobStore store = BlobStore.open(root);
    try (OtherProcess writer = OtherProcess.start("write", root.toString())) {
      assertThat(writer.readLine()).isEqualTo("ready");
      // While the writer lives, its work is left alone, and so is every blob
      Blob unused = writeEmptyBlob(store);
      store.sweep(Set::of);
      assertThat(root.resolve(".staging")).isNotEmptyDirectory();
      assertThat(store.path(unused.sha256())).exists();
      // When
      writer.kill();
    }
    // Then
    store.sweep(() -> Set.of(new Blob(EMPTY, 0).sha256()));
    assertThat(root.resolve(".staging")).isEmptyDirectory();
    assertThat(root.resolve("blobs/sha256").toFile().list()).containsExactly(EMPTY);
  }

  private static Blob writeEmptyBlob(BlobStore store) throws ModelException {
    try (BlobWriter writer = store.open()) {
      writer.write(ByteBuffer.allocate(0));
      return writer.commit();
    }
  }

  @Test
  void shouldNameTheProcessThatHoldsALockAndGetItWhenThatDies() throws Exception {
    Path file = root.resolve("a.lock");
    try (OtherProcess holder = OtherProcess.start("lock", file.toString())) {
      assertThat(holder.readLine()).isEqualTo("ready");
      List<String> waitedFor = new ArrayList<>();
      assertThatThrownBy(
              () -> FileLocks.acquire(file, Duration.ofMillis(200), "model \"a\"", waitedFor::add))
          .isInstanceOfSatisfying(
              ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.LOCKED))
          .hasMessageMatching(
              "model \"a\" is being changed by process \\d+; waited 0 s. Try again when that has ended, or end it");
      assertThat(waitedFor).hasSize(1);
      holder.kill();
    }
    FileLocks.acquire(file, Duration.ofSeconds(30), "model \"a\"", holder -> {}).close();
  }

  @Test
  void shouldExcludeThreadsOfOneProcess() throws Exception {
    Path file = root.resolve("a.lock");
    try (FileLocks.Held held =
        FileLocks.acquire(file, Duration.ZERO, "model \"a\"", holder -> {})) {
      assertThatThrownBy(
              () -> FileLocks.acquire(file, Duration.ofMillis(50), "model \"a\"", holder -> {}))
          .hasMessageContaining("another thread of this process");
    }
    FileLocks.acquire(file, Duration.ZERO, "model \"a\"", holder -> {}).close();
  }
}
