package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.NamedPromptFormat;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A prompt format that an import is told, or that a model's name says. */
class PromptFormatTest {

  @TempDir Path folder;

  private final FakeImporter importer = new FakeImporter();
  private Path file;
  private ModelRepository repository;

  @BeforeEach
  void open() throws Exception {
    file = Files.writeString(folder.resolve("m.gguf"), "the model");
    repository =
        new ModelRepository(
            folder.resolve("models"),
            Catalog.builtIn(),
            this::importDecoder,
            new Downloader(),
            Duration.ofSeconds(20),
            PullSettings.DEFAULT);
  }

  private ImportedVariant importDecoder(
      Path source, Quantization quantization, BlobSink blobs, ImportListener listener)
      throws ModelException {
    ImportedVariant made = importer.importModel(source, quantization, blobs, listener);
    Map<String, Blob> files = new HashMap<>(made.files());
    files.put(ModelFiles.CONFIG, FakeImporter.write(blobs, "{\"stop_token_ids\": [2]}"));
    return new ImportedVariant(
        made.variant(),
        made.architecture(),
        made.parameters(),
        made.contextLength(),
        made.promptFormat(),
        files);
  }

  private InstalledModel importWith(Quantization quantization, Optional<String> format)
      throws ModelException {
    ImportOptions options = ImportOptions.of(quantization).withPromptFormat(format);
    return repository.importFile(file, "mine", options, ImportListener.NONE);
  }

  private String config(String reference) throws Exception {
    ModelFiles files = repository.resolve(ModelReference.parse(reference));
    return Files.readString(files.require(ModelFiles.CONFIG));
  }

  private static List<Optional<String>> formats(InstalledModel model) {
    return model.variants().stream().map(InstalledVariant::promptFormat).toList();
  }

  @Test
  void shouldGiveTheFormatToEveryVariant() throws Exception {
    // Given
    importWith(Quantization.NONE, Optional.of("alpaca"));

    // When
    InstalledModel both = importWith(Quantization.EIGHT_BITS, Optional.empty());

    // Then
    assertThat(formats(both)).containsExactly(Optional.of("alpaca"), Optional.of("alpaca"));
    assertThat(config("mine@q4_1")).contains("\"prompt_format\" : \"alpaca\"", "stop_token_ids");
    assertThat(config("mine@q8")).contains("\"prompt_format\" : \"alpaca\"");
  }

  @Test
  void shouldChangeTheFormatWithoutConvertingAgain() throws Exception {
    // Given
    importWith(Quantization.NONE, Optional.empty());
    importWith(Quantization.EIGHT_BITS, Optional.of("alpaca"));

    // When
    InstalledModel changed = importWith(Quantization.NONE, Optional.of("plain"));

    // Then
    assertThat(importer.imports).hasValue(2);
    assertThat(formats(changed)).containsExactly(Optional.of("plain"), Optional.of("plain"));
    assertThat(config("mine@q4_1")).contains("\"plain\"").doesNotContain("alpaca");
    assertThat(repository.verify(ModelReference.parse("mine")).ok()).isTrue();
  }

  @Test
  void shouldKeepTheFormatWhenANewerImporterImportsAgain() throws Exception {
    // Given
    InstalledModel model = importWith(Quantization.NONE, Optional.of("dolly"));
    Path document = folder.resolve("models/mine/%s/installed.json".formatted(model.version()));
    Files.writeString(
        document, Files.readString(document).replaceAll("\"importer\" : \\d+", "\"importer\" : 0"));

    // When
    InstalledModel renewed = importWith(Quantization.NONE, Optional.empty());

    // Then
    assertThat(importer.imports).hasValue(2);
    assertThat(formats(renewed)).containsExactly(Optional.of("dolly"));
    assertThat(config("mine")).contains("\"dolly\"");
  }

  @Test
  void shouldReadWhatAnOlderBantamHasWritten() throws Exception {
    // Given
    InstalledModel model = importWith(Quantization.NONE, Optional.empty());
    Path document = folder.resolve("models/mine/%s/installed.json".formatted(model.version()));
    Files.writeString(
        document, Files.readString(document).replaceAll("\"prompt_format\" : null,", ""));

    // When
    assertThat(document).content().doesNotContain("prompt_format");

    // Then
    assertThat(repository.list()).containsExactly(model);
  }

  @Test
  void shouldRefuseAFormatThatIsNotThere() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> importWith(Quantization.NONE, Optional.of("dully")))
        .withMessageContaining("\"dully\"")
        .withMessageContaining("alpaca, conversation, dolly, plain, template")
        .matches(e -> e.kind() == Kind.USAGE);
    assertThat(importer.imports).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "gptneox, databricks/dolly-v2-3b, dolly",
    "gptneox, Dolly V2 3B, dolly",
    "gpt_neox, /models/dolly-v2-3b/, dolly",
    "gptneox, my-dolly, dolly",
    "gptneox, EleutherAI/pythia-2.8b,",
    "gptneox, /home/dolly/pythia-2.8b,",
    "gptneox, dollyworld,",
    "gptneox, '',",
    "gptneox, /,",
    "gptneox,,",
    "llama, dolly-llama,"
  })
  void shouldTakeANamesWordForDolly(String architecture, String name, String format) {
    assertThat(NamedPromptFormat.of(architecture, Optional.ofNullable(name)))
        .isEqualTo(Optional.ofNullable(format));
  }
}
