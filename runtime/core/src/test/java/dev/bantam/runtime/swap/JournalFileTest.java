package dev.bantam.runtime.swap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {

  private static final ModelReference MODEL = ModelReference.parse("tiny:1@q8");

  @TempDir Path state;

  private JournalFile file() {
    return JournalFile.of(Optional.of(state), "gw-1", "assistant");
  }

  private Path path() {
    return state.resolve("gw-1.slots/assistant.json");
  }

  @Test
  void shouldReadWhatALaterVersionOfTheSameFormatHasAddedTo() throws IOException {
    // Given
    SlotJournal written = SlotJournal.first(ModelReference.parse("tiny"), MODEL);
    file().write(written);
    String text = Files.readString(path());
    assertThat(text).contains("\"format\" : 1");

    // When
    Files.writeString(path(), text.replace("\"format\" : 1", "\"format\" : 1, \"mood\" : [1]"));

    // Then
    assertThat(file().read()).contains(written);
  }

  @Test
  void shouldPutAJournalOfANewerFormatAside() throws IOException {
    // Given a form that this version cannot even guess at
    Files.createDirectories(path().getParent());
    String newer = "{\"format\": 2, \"active\": {\"model\": \"tiny:1@q8\"}}";
    Files.writeString(path(), newer);

    // When
    Optional<SlotJournal> found = file().read();
    file().write(SlotJournal.first(MODEL, MODEL));

    // Then
    assertThat(found).isEmpty();
    assertThat(path().resolveSibling("assistant.json.newer")).hasContent(newer);
    assertThat(file().read()).isPresent();
  }
}
