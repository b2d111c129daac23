package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldsTest {

  private static final String SLOT = "boiler-room/assistant";

  @TempDir Path folder;

  private TinyRepository tiny;

  @BeforeEach
  void install() throws Exception {
    tiny = new TinyRepository(folder);
    tiny.models.pull("tiny", PullListener.NONE);
    tiny.importText("tiny", "the model", Quantization.EIGHT_BITS);
  }

  private void hold(String holder, String... references) throws ModelException {
    tiny.models.hold(holder, Stream.of(references).map(ModelReference::parse).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny:1", "tiny@q8", "tiny:1@q8"})
  void shouldRefuseToRemoveWhatIsHeldAndChangeNothing(String reference) throws Exception {
    // Given
    hold(SLOT, "tiny:1@q8");
    Path download = Files.createDirectories(tiny.root.resolve(".downloads/tiny"));

    // When
    ModelException error = failure(() -> tiny.remove(reference));

    // Then
    assertThat(error.kind()).isEqualTo(Kind.IN_USE);
    assertThat(error)
        .hasMessage(
            "%s stays, for boiler-room/assistant holds tiny:1@q8. Give that slot another model first; if it is no more, type: bantam model holds --rm 'boiler-room/assistant'",
            reference);
    assertThat(tiny.installed()).containsExactly("tiny:1@q4_1", "tiny:1@q8");
    assertThat(download).exists();
  }

  @Test
  void shouldLetTheOthersGoAndKeepTheirSharedFiles() throws Exception {
    hold(SLOT, "tiny:1@q8");

    tiny.remove("tiny:1@q4_1");

    assertThat(tiny.installed()).containsExactly("tiny:1@q8");
    assertThat(tiny.models.verify(ModelReference.parse("tiny")).ok()).isTrue();
  }

  @Test
  void shouldHoldAllThatAReferenceLeavesOpen() throws Exception {
    hold(SLOT, "tiny");

    assertThat(failure(() -> tiny.remove("tiny:1@q4_1")).kind()).isEqualTo(Kind.IN_USE);
  }

  @Test
  void shouldReplaceWhatAHolderHeld() throws Exception {
    hold(SLOT, "tiny:1@q8", "tiny:1@q4_1");
    hold("other", "tiny:1@q8");
    assertThat(tiny.models.holds())
        .containsExactly(
            new Hold(SLOT, references("tiny:1@q8", "tiny:1@q4_1")),
            new Hold("other", references("tiny:1@q8")));

    hold(SLOT, "tiny:1@q8");
    tiny.remove("tiny@q4_1");
    hold(SLOT);
    assertThat(failure(() -> tiny.remove("tiny"))).hasMessageContaining("other holds");
    hold("other");
    hold("other");

    assertThat(tiny.models.holds()).isEmpty();
    tiny.remove("tiny");
    assertThat(tiny.blobs()).isEmpty();
  }

  private static List<ModelReference> references(String... references) {
    return Stream.of(references).map(ModelReference::parse).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "a/b\u0000c\n'", "..", "Ω 😀", "con"})
  void shouldTakeAnyTextForAHolder(String holder) throws Exception {
    hold(holder, "tiny");

    assertThat(tiny.models.holds()).containsExactly(new Hold(holder, references("tiny")));
    try (Stream<Path> files = Files.list(tiny.root.resolve(".holds"))) {
      assertThat(files).singleElement().asString().matches(".*/[0-9a-f]{64}\\.json");
    }
    assertThat(new TinyRepository(folder).models.holds()).hasSize(1);
  }

  @Test
  void shouldRemoveNothingWhereItCannotBeToldWhatIsHeld() throws Exception {
    hold(SLOT, "tiny:1");
    try (Stream<Path> files = Files.list(tiny.root.resolve(".holds"))) {
      for (Path file : files.toList()) {
        Files.writeString(file, "{}");
      }
    }

    ModelException error = failure(() -> tiny.remove("tiny"));

    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error)
        .hasMessageContaining(".json, which says which models a slot holds, is damaged; delete it");
    assertThat(tiny.installed()).hasSize(2);
  }

  /** The name of a lock of the store's own must not be in the way. */
  @Test
  void shouldInstallAModelThatIsCalledStaging() throws Exception {
    assertThat(tiny.importText("staging", "another").reference().name()).isEqualTo("staging");
    assertThat(tiny.importText("holds", "another").reference().name()).isEqualTo("holds");
  }
}
