package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {

  private static final int VERSIONS = 4;

  @TempDir Path folder;

  private final List<ModelReference> versions = new ArrayList<>();
  private TinyRepository tiny;
  private ModelReference other;

  @BeforeEach
  void install() throws Exception {
    tiny = new TinyRepository(folder);
    for (int i = 0; i < VERSIONS; i++) {
      versions.add(tiny.importText("mine", "text " + i).reference());
    }
    other = tiny.importText("other", "another").reference();
  }

  private Garbage collect(int keep, boolean dryRun) throws ModelException {
    return tiny.models.collectGarbage(new GarbageRule(keep, GarbageRule.DOWNLOAD_AGE, dryRun));
  }

  @Test
  void shouldKeepTheNewestVersionsOfEachModel() throws Exception {
    // Given
    Garbage wouldGo = collect(2, true);
    assertThat(tiny.installed()).hasSize(VERSIONS + 1);

    // When
    Garbage gone = collect(2, false);

    // Then
    assertThat(gone).isEqualTo(wouldGo);
    assertThat(gone.versions()).containsExactly(versions.get(1), versions.get(0));
    assertThat(gone.files()).isEqualTo(2);
    assertThat(gone.bytes()).isEqualTo(2L * "weights of text 0".length());
    assertThat(gone.filesStay()).isFalse();
    assertThat(tiny.installed())
        .containsExactly(versions.get(3) + "@q4_1", versions.get(2) + "@q4_1", other + "@q4_1");
    assertThat(tiny.blobs()).isEqualTo(tiny.named());
    assertThat(collect(2, false))
        .isEqualTo(new Garbage(List.of(), List.of(), 0, 0, List.of(), false));
  }

  @Test
  void shouldKeepBesidesWhatAliasesAndHoldersNeed() throws Exception {
    tiny.models.aliases().point("prod", versions.get(0));
    tiny.models.hold("pi/assistant", List.of(versions.get(1)));

    Garbage gone = collect(1, false);

    assertThat(gone.versions()).containsExactly(versions.get(2));
    assertThat(collect(0, false).versions()).containsExactly(versions.get(3), other);
    assertThat(tiny.models.verify(versions.get(0)).ok()).isTrue();
    assertThat(tiny.models.verify(versions.get(1)).ok()).isTrue();
  }

  @Test
  void shouldGiveUpDownloadsThatNobodyTookUpAgain() throws Exception {
    Path old = download("old", Instant.now().minus(Duration.ofDays(8)));
    Path recent = download("recent", Instant.now().minus(Duration.ofDays(6)));

    assertThat(collect(9, true).downloads()).containsExactly("old");
    assertThat(old).exists();
    Garbage gone = collect(9, false);

    assertThat(gone.downloads()).containsExactly("old");
    assertThat(gone.bytes()).isEqualTo(4);
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  private Path download(String name, Instant changed) throws Exception {
    Path download = Files.createDirectories(tiny.root.resolve(".downloads").resolve(name));
    Path part = Files.writeString(download.resolve("a.part"), "half");
    Files.setLastModifiedTime(part, FileTime.from(changed));
    Files.setLastModifiedTime(download, FileTime.from(changed));
    return download;
  }

  @Test
  void shouldRemoveFilesThatNobodyNames() throws Exception {
    FakeImporter.write(BlobStore.open(tiny.root), "nobody's");

    assertThat(collect(9, true).files()).isEqualTo(1);
    assertThat(collect(9, false).bytes()).isEqualTo("nobody's".length());
    assertThat(tiny.blobs()).isEqualTo(tiny.named());
  }

  @Test
  void shouldLeaveAloneWhatIsBeingChanged() throws Exception {
    BlobStore store = BlobStore.open(tiny.root);
    try (FileLocks.Held held =
            FileLocks.acquire(
                tiny.root.resolve(".locks/mine.lock"), Duration.ZERO, "model", holder -> {});
        BlobStore.Work work = store.begin()) {
      Garbage none = collect(0, false);

      assertThat(none.skipped()).containsExactly("mine");
      assertThat(none.versions()).hasSize(1);
      assertThat(none.filesStay()).isTrue();
      assertThat(none.files()).isZero();
    }
    assertThat(collect(0, false).versions()).hasSize(VERSIONS);
    assertThat(tiny.blobs()).isEmpty();
  }

  @Test
  void shouldChangeNothingWhereAModelsDocumentsCannotBeRead() throws Exception {
    Files.writeString(
        tiny.root.resolve("other/%s/installed.json".formatted(other.version().orElseThrow())), "{");

    ModelException error = failure(() -> collect(1, false));

    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error).hasMessageContaining("bantam model rm other:");
    assertThat(tiny.installed()).hasSize(VERSIONS);
  }
}
