package dev.bantam.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.models.ModelException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFullTest {

  @TempDir Path folder;

  @Test
  void shouldSayHowMuchIsFreeAndLeaveNothingHalfMade() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder)) {
      Path root = Files.createDirectory(folder.resolve("models"));
      BlobStore store = BlobStore.open(root);
      try (BlobWriter writer = store.open()) {
        assertThatThrownBy(() -> writer.write(ByteBuffer.allocate(3_000_000)))
            .isInstanceOfSatisfying(
                ModelException.class,
                e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.DISK_FULL))
            .hasMessageMatching(
                "the disk that holds .* is full: at least [12]\\.\\d MB more needed, \\d\\.\\d MB free\\. .*bantam model rm NAME.*BANTAM_HOME.*");
      }
      assertThat(root.resolve(".staging")).isEmptyDirectory();
      assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
    }
  }

  @Test
  void shouldRefuseBeforeItBeginsWhereTheNeedIsKnown() {
    assertThatThrownBy(
            () -> DiskSpace.require(folder.resolve("new"), Long.MAX_VALUE, "the import of a.gguf"))
        .isInstanceOfSatisfying(
            ModelException.class,
            e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.DISK_FULL))
        .hasMessageContaining("too little space for the import of a.gguf: ")
        .hasMessageContaining("BANTAM_HOME");
  }
}
