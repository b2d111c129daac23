package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.CatalogEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullVariantTest {

  @TempDir Path folder;

  private final List<PullEvent> events = new ArrayList<>();
  private TinyRepository tiny;

  @BeforeEach
  void open() throws Exception {
    tiny = new TinyRepository(folder);
  }

  private String pull(String name) throws ModelException {
    return tiny.models.pull(name, events::add).reference().toString();
  }

  @Test
  void shouldMakeTheVariantThatIsAskedForAndNoOther() throws Exception {
    assertThat(pull("tiny:1@q8")).isEqualTo("tiny:1");
    assertThat(tiny.installed()).containsExactly("tiny:1@q8");
  }

  @Test
  void shouldAddAVariantByFetchingAgain() throws Exception {
    pull("tiny");
    tiny.importText("tiny", "a newer one");
    String newest = tiny.resolve("tiny");

    pull("tiny:1@q8");

    assertThat(tiny.resolve("tiny:1@q8")).isEqualTo("tiny:1@q8");
    assertThat(tiny.resolve("tiny:1")).as("the first stays the preferred").isEqualTo("tiny:1@q4_1");
    assertThat(tiny.resolve("tiny")).as("the newest stays so").isEqualTo(newest);
    assertThat(tiny.blobs()).isEqualTo(tiny.named());
  }

  @Test
  void shouldNeedNoSourceForWhatIsThere() throws Exception {
    pull("tiny@q8");
    Files.delete(folder.resolve("m.gguf"));
    events.clear();

    assertThat(pull("tiny@q8")).isEqualTo("tiny:1");
    assertThat(pull("tiny")).isEqualTo("tiny:1");

    assertThat(events).isEmpty();
    assertThat(failure(() -> pull("tiny@q4")).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(tiny.installed()).containsExactly("tiny:1@q8");
  }

  @Test
  void shouldMakeItOfTheKeptFile() throws Exception {
    // Given
    CatalogEntry entry = TinyRepository.entry(folder, "tiny", "the model", true);
    tiny = new TinyRepository(folder, "keeping", entry);
    pull("tiny");
    Files.delete(folder.resolve("m.gguf"));

    // When
    pull("tiny@q8");

    // Then
    assertThat(tiny.installed()).containsExactly("tiny:1@q4_1", "tiny:1@q8");
    Path kept = tiny.root.resolve("blobs/sha256").resolve(entry.sha256());
    assertThat(kept).exists();
    assertThat(kept.toFile().setWritable(true)).isTrue();
    Files.writeString(kept, "the modem");
    assertThat(failure(() -> pull("tiny@q4")).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void shouldSayWhichVariantsThereAre() throws Exception {
    pull("tiny");
    events.clear();

    ModelException error = failure(() -> pull("tiny@q5_k"));

    assertThat(error.kind()).isEqualTo(Kind.USAGE);
    assertThat(error)
        .hasMessageStartingWith(
            "no variant q5_k can be made of tiny:1; it has q4_1, and there are: ")
        .hasMessageContaining("q8, int8, q4");
    assertThat(events).isEmpty();
  }

  @Test
  void shouldSayHowAnImportedModelGetsAFurtherVariant() throws Exception {
    String version = tiny.importText("mine", "text").reference().toString();

    assertThat(pull("mine@q4_1")).isEqualTo(version);
    assertThat(failure(() -> pull("mine@q8")))
        .hasMessageContaining(version + " is installed without the variant q8")
        .hasMessageContaining("bantam model import FILE --name mine --quantize TARGET");
    assertThat(failure(() -> pull("other@q8")).kind()).isEqualTo(Kind.NOT_IN_CATALOG);
  }
}
