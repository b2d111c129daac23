package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherPullerTest {

  @TempDir Path folder;

  private Path root;
  private Path catalog;

  @BeforeEach
  void publish() throws Exception {
    root = folder.resolve("models");
    Path published = Files.writeString(folder.resolve("m.gguf"), "the model");
    catalog =
        Files.writeString(
            folder.resolve("models.yaml"),
            """
            format: 1
            models:
              - name: tiny
                version: "1"
                license: MIT
                file: m.gguf
                size: 9
                sha256: "%s"
                sources:
                  - file: %s
            """
                .formatted(Sha256.of(published, done -> {}), published));
  }

  @Test
  void shouldImportOnceWhenProcessesPullAtOnce() throws Exception {
    try (OtherPuller one = OtherPuller.start(root, catalog, "whole");
        OtherPuller two = OtherPuller.start(root, catalog, "whole")) {
      assertThat(List.of(one.result(), two.result())).containsExactlyInAnyOrder("0", "1");
    }
    assertThat(open().verify(ModelReference.parse("tiny")).ok()).isTrue();
  }

  @Test
  void shouldFindNothingOfAKilledImportAndPullAgain() throws Exception {
    // Given an import that is killed when all its files are written, but not yet its documents
    try (OtherPuller killed = OtherPuller.start(root, catalog, "stuck")) {
      assertThat(killed.result()).isEqualTo("stuck");
      assertThat(root.resolve("blobs/sha256").toFile().list()).hasSize(2);
    }
    // Then
    ModelRepository repository = open();
    assertThat(repository.list()).isEmpty();
    assertThat(repository.pull("tiny", PullListener.NONE).reference()).hasToString("tiny:1");
    assertThat(root.resolve(".staging")).isEmptyDirectory();
    repository.remove(ModelReference.parse("tiny"));
    assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
  }

  private ModelRepository open() throws ModelException {
    return new ModelRepository(
        root,
        Catalog.read(catalog),
        new FakeImporter(),
        new Downloader(),
        Duration.ofSeconds(5),
        PullSettings.DEFAULT);
  }
}
