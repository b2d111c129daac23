package dev.bantam.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {

  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path root;
  private BlobStore store;

  @BeforeEach
  void open() throws ModelException {
    store = BlobStore.open(root);
  }

  @Test
  void shouldNameABlobByItsDigestAndMakeItReadOnly() throws Exception {
    // When
    Blob blob = write("ab", "c");
    // Then
    Path path = store.path(blob.sha256());
    assertThat(blob).isEqualTo(new Blob(ABC, 3));
    assertThat(path).hasContent("abc");
    assertThat(path).isEqualTo(root.toAbsolutePath().resolve("blobs/sha256/" + ABC));
    assertThat(Files.getPosixFilePermissions(path))
        .doesNotContain(
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);
    assertThat(staging()).isEmpty();
  }

  @Test
  void shouldShowNothingBeforeTheCommitAndLeaveNothingWithoutOne() throws Exception {
    try (BlobWriter writer = store.open()) {
      writer.write(bytes("abc"));
      assertThat(writer.position()).isEqualTo(3);
      assertThat(visible()).isEmpty();
    }
    assertThat(visible()).isEmpty();
    assertThat(staging()).isEmpty();
  }

  @Test
  void shouldKeepEqualContentOnceAndHealADamagedBlob() throws Exception {
    // Given a blob whose bytes have changed on disk
    Path path = store.path(write("abc").sha256());
    assertThat(path.toFile().setWritable(true)).isTrue();
    Files.writeString(path, "xyz");
    // When the same content is written again
    write("abc");
    // Then
    assertThat(visible()).containsExactly(ABC);
    assertThat(path).hasContent("abc");
  }

  @Test
  void shouldRefuseToWriteAfterTheCommit() throws Exception {
    BlobWriter writer = store.open();
    writer.commit();
    assertThatThrownBy(() -> writer.write(bytes("a"))).isInstanceOf(IllegalStateException.class);
    writer.close();
  }

  @Test
  void shouldSweepWhatNobodyUsesButNotDuringWork() throws Exception {
    Blob used = write("used");
    Blob unused = write("unused");
    // When there is work in progress, a sweep removes nothing
    try (BlobStore.Work work = store.begin()) {
      store.sweep(() -> Set.of(used.sha256()));
      assertThat(visible()).contains(unused.sha256());
      assertThat(work.folder()).isDirectory();
    }
    // When there is none
    store.sweep(() -> Set.of(used.sha256()));
    // Then
    assertThat(visible()).containsExactly(used.sha256());
  }

  @Test
  void shouldKeepAllBlobsWhenItIsNotKnownWhichAreUsed() throws Exception {
    Blob blob = write("abc");
    assertThatThrownBy(
            () ->
                store.sweep(
                    () -> {
                      throw new ModelException(ModelException.Kind.CORRUPT, "unreadable");
                    }))
        .hasMessage("unreadable");
    assertThat(visible()).containsExactly(blob.sha256());
  }

  @Test
  void shouldReplaceAFileWhole() throws Exception {
    Path target = root.resolve("a/b.json");
    try (BlobStore.Work work = store.begin()) {
      store.replaceFile(work, target, "one".getBytes(StandardCharsets.UTF_8));
      store.replaceFile(work, target, "two".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(target).hasContent("two");
    assertThat(staging()).isEmpty();
  }

  @Test
  void shouldEndAnInterruptedWriteAndLeaveNothing() throws Exception {
    BlobWriter writer = store.open();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> writer.write(bytes("abc")))
          .isInstanceOfSatisfying(
              ModelException.class,
              e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INTERRUPTED));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(staging()).isEmpty();
  }

  private Blob write(String... parts) throws ModelException {
    try (BlobWriter writer = store.open()) {
      for (String part : parts) {
        writer.write(bytes(part));
      }
      return writer.commit();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> visible() throws IOException {
    return names(root.resolve("blobs/sha256"));
  }

  private List<String> staging() throws IOException {
    return names(root.resolve(".staging"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      return listing.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
