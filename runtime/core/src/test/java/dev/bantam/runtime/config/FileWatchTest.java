package dev.bantam.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

  @TempDir Path folder;

  @Test
  void shouldNoticeAChangedFileOnceItRests() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("a"), "1");
    FileWatch watch = new FileWatch(List.of(file));
    assertThat(watch.changed()).isFalse();

    // When it is written in two steps
    Files.writeString(file, "12");
    assertThat(watch.changed()).isFalse();
    Files.writeString(file, "3", StandardOpenOption.APPEND);
    assertThat(watch.changed()).isFalse();

    // Then
    assertThat(watch.changed()).isTrue();
    assertThat(watch.changed()).isFalse();
  }

  @Test
  void shouldNoticeAFileThatIsReplacedByOneOfTheSameSize() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("a"), "1");
    FileWatch watch = new FileWatch(List.of(file));

    // When
    Path draft = Files.writeString(folder.resolve("b"), "2");
    Files.setLastModifiedTime(draft, Files.getLastModifiedTime(file));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);

    // Then
    assertThat(watch.changed()).isFalse();
    assertThat(watch.changed()).isTrue();
  }

  @Test
  void shouldNoticeNoFileThatIsAwayForAMoment() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("a"), "1");
    FileWatch watch = new FileWatch(List.of(file));

    // When
    Path aside = Files.move(file, folder.resolve("b"));
    assertThat(watch.changed()).isFalse();
    Files.move(aside, file);

    // Then
    assertThat(watch.changed()).isFalse();
    assertThat(watch.changed()).isFalse();
  }

  @Test
  void shouldKnowFilesOfAFolderThatItLooksAtLater() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("a"), "1");
    Path prompts = Files.createDirectory(folder.resolve("prompts"));
    FileWatch watch = new FileWatch(List.of(file));
    watch.watch(List.of(file, prompts));
    watch.changed();
    assertThat(watch.changed()).isFalse();

    // When
    Files.writeString(prompts.resolve("chat.txt"), "1");

    // Then
    assertThat(watch.changed()).isFalse();
    assertThat(watch.changed()).isTrue();
  }
}
