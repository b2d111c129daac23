package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.FileLocks;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryTest {

  private static final Duration LOCK_LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final FakeImporter importer = new FakeImporter();
  private final List<PullEvent> events = Collections.synchronizedList(new ArrayList<>());
  private Path root;
  private Path published;
  private ModelRepository repository;

  @BeforeEach
  void open() throws Exception {
    root = folder.resolve("models");
    published = Files.writeString(folder.resolve("m.gguf"), "the model");
    repository = openWith(entry(false));
  }

  private ModelRepository openWith(CatalogEntry entry) throws ModelException {
    return new ModelRepository(
        root, Catalog.of(entry), importer, new Downloader(), LOCK_LIMIT, PullSettings.DEFAULT);
  }

  private CatalogEntry entry(boolean keepSource) throws Exception {
    return new CatalogEntry(
        "tiny",
        "1",
        "a tiny model",
        "MIT",
        "m.gguf",
        Files.size(published),
        Sha256.of(published, done -> {}),
        keepSource,
        List.of(new SourceSpec.LocalFile(published.toString())));
  }

  @Test
  void shouldPullVerifyAndResolve() throws Exception {
    InstalledModel model = repository.pull("tiny", events::add);
    assertThat(model.reference()).hasToString("tiny:1");
    assertThat(model.license()).isEqualTo("MIT");
    assertThat(events.get(0)).isEqualTo(new PullEvent.License("tiny:1", "MIT"));
    assertThat(events)
        .contains(
            new PullEvent.Trying("file:" + published), new PullEvent.Importing("weights", 1, 1));
    ModelFiles files = repository.resolve(ModelReference.parse("tiny"));
    assertThat(files.reference()).hasToString("tiny:1@q4_1");
    assertThat(files.require(ModelFiles.WEIGHTS)).hasContent("weights of the model");
    assertThat(repository.verify(ModelReference.parse("tiny")).ok()).isTrue();
    assertThat(published).exists();
  }

  @Test
  void shouldWriteWhatWasPublishedAndWhatWasMadeOfIt() throws Exception {
    repository.pull("tiny", PullListener.NONE);
    assertThat(root.resolve("tiny/1/release.json"))
        .content()
        .contains(
            "\"format\" : 1", "\"sha256\" : \"", "\"sources\" : [ {", "\"file\" : \"m.gguf\"");
    assertThat(root.resolve("tiny/1/installed.json"))
        .content()
        .contains(
            "\"format\" : 1", "\"context_length\" : 2048", "\"made_from\" : {", "\"weights\"");
  }

  @Test
  void shouldReturnAtOnceIfInstalled() throws Exception {
    repository.pull("tiny", PullListener.NONE);
    Files.delete(published);
    repository.pull("tiny", events::add);
    repository.pull("tiny:1", events::add);
    assertThat(events).isEmpty();
    assertThat(importer.imports).hasValue(1);
  }

  @Test
  void shouldPullAgainWhatHasLostAFile() throws Exception {
    repository.pull("tiny", PullListener.NONE);
    Files.delete(repository.resolve(ModelReference.parse("tiny")).require(ModelFiles.WEIGHTS));
    assertThat(failure(() -> repository.resolve(ModelReference.parse("tiny"))))
        .hasMessageContaining("model tiny:1@q4_1 is damaged: its file \"weights\"")
        .hasMessageContaining("disappeared")
        .hasMessageContaining("bantam model pull tiny");
    repository.pull("tiny", PullListener.NONE);
    assertThat(repository.resolve(ModelReference.parse("tiny"))).isNotNull();
  }

  @Test
  void shouldMakeDamagedFilesAnewWhereFilesAreRead() throws Exception {
    // Given a file of the right size with another content
    repository.pull("tiny", PullListener.NONE);
    Path weights = repository.resolve(ModelReference.parse("tiny")).require(ModelFiles.WEIGHTS);
    String whole = Files.readString(weights);
    damage(weights, whole.replace(whole.charAt(0), '?'));
    repository.pull("tiny", PullListener.NONE);
    assertThat(Files.readString(weights)).isNotEqualTo(whole);

    // When
    repository.pullWhole("tiny", List.of(), PullListener.NONE);
    repository.pullWhole("tiny", List.of(), PullListener.NONE);

    // Then
    assertThat(Files.readString(weights)).isEqualTo(whole);
    assertThat(importer.imports).hasValue(2);
  }

  @Test
  void shouldKeepThePublishedFileOnlyIfAskedTo() throws Exception {
    repository.pull("tiny", PullListener.NONE);
    assertThat(blobs()).hasSize(2);
    repository.remove(ModelReference.parse("tiny"));
    openWith(entry(true)).pull("tiny", PullListener.NONE);
    assertThat(blobs()).hasSize(3);
    assertThat(root.resolve("blobs/sha256").resolve(entry(true).sha256())).hasContent("the model");
  }

  @Test
  void shouldNameTheCatalogsModels() {
    ModelException error = failure(() -> repository.pull("other", PullListener.NONE));
    assertThat(error.kind()).isEqualTo(Kind.NOT_IN_CATALOG);
    assertThat(error)
        .hasMessageContaining("the catalog has no model \"other\"; it has: tiny:1.")
        .hasMessageContaining("bantam model import FILE --name other");
    assertThat(failure(() -> repository.pull("Tiny!", PullListener.NONE)).kind())
        .isEqualTo(Kind.USAGE);
  }

  @Test
  void shouldPullNothingWhoseDigestIsWrong() throws Exception {
    Files.writeString(published, "the modem");
    ModelException error = failure(() -> repository.pull("tiny", PullListener.NONE));
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(repository.list()).isEmpty();
    assertThat(blobs()).isEmpty();
  }

  @Test
  void shouldImportAgainWithoutASourceAfterAnImportThatWasCutShort() throws Exception {
    ModelRepository stopped =
        new ModelRepository(
            root,
            Catalog.of(unreachableEntry()),
            (source, quantization, blobs, listener) -> {
              throw new ModelException(Kind.INTERRUPTED, "stopped");
            },
            new Downloader(),
            LOCK_LIMIT,
            PullSettings.DEFAULT);
    Path downloads = Files.createDirectories(root.resolve(".downloads/tiny"));
    Files.copy(published, downloads.resolve(unreachableEntry().sha256()));
    assertThat(failure(() -> stopped.pull("tiny", PullListener.NONE)).kind())
        .isEqualTo(Kind.INTERRUPTED);
    assertThat(openWith(unreachableEntry()).pull("tiny", PullListener.NONE).reference())
        .hasToString("tiny:1");
    assertThat(downloads).doesNotExist();
  }

  @Test
  void shouldImportAgainWhenTheImporterHasChangedIfItCan() throws Exception {
    repository.pull("tiny", PullListener.NONE);
    Path document = root.resolve("tiny/1/installed.json");
    Files.writeString(
        document, Files.readString(document).replaceAll("\"importer\" : \\d+", "\"importer\" : 0"));
    // Without a source, the older import goes on serving
    assertThat(openWith(unreachableEntry()).pull("tiny", PullListener.NONE)).isNotNull();
    assertThat(importer.imports).hasValue(1);
    repository.pull("tiny", PullListener.NONE);
    assertThat(importer.imports).hasValue(2);
    assertThat(document).content().doesNotContain("\"importer\" : 0");
  }

  @Test
  void shouldMakeAddedVariantsAgainWhenTheImporterHasChanged() throws Exception {
    // Given
    repository.pull("tiny", PullListener.NONE);
    repository.importFile(published, "tiny", Quantization.EIGHT_BITS, ImportListener.NONE);
    Path document = root.resolve("tiny/1/installed.json");
    List<InstalledVariant> before = variants("tiny");
    Files.writeString(
        document, Files.readString(document).replaceAll("\"importer\" : \\d+", "\"importer\" : 0"));

    // When
    repository.pull("tiny", PullListener.NONE);

    // Then
    assertThat(importer.imports).hasValue(4);
    assertThat(document).content().doesNotContain("\"importer\" : 0");
    assertThat(variants("tiny")).isEqualTo(before);
    assertThat(before).extracting(InstalledVariant::variant).containsExactly("q4_1", "q8");
    assertThat(resolve("tiny").variant()).hasValue("q4_1");
  }

  @Test
  void shouldKeepTheOldVariantsWhereOneCannotBeMadeAgain() throws Exception {
    // Given
    repository.pull("tiny", PullListener.NONE);
    repository.importFile(published, "tiny", Quantization.EIGHT_BITS, ImportListener.NONE);
    Path document = root.resolve("tiny/1/installed.json");
    Files.writeString(
        document, Files.readString(document).replaceAll("\"importer\" : \\d+", "\"importer\" : 0"));
    ModelRepository full =
        new ModelRepository(
            root,
            Catalog.of(entry(false)),
            (source, quantization, blobs, listener) -> {
              if (quantization == Quantization.EIGHT_BITS) {
                throw new ModelException(Kind.DISK_FULL, "no space");
              }
              return importer.importModel(source, quantization, blobs, listener);
            },
            new Downloader(),
            LOCK_LIMIT,
            PullSettings.DEFAULT);

    // When
    assertThat(failure(() -> full.pull("tiny", PullListener.NONE)).kind())
        .isEqualTo(Kind.DISK_FULL);

    // Then
    assertThat(variants("tiny")).hasSize(2);
    assertThat(repository.verify(ModelReference.parse("tiny")).ok()).isTrue();
  }

  private List<InstalledVariant> variants(String name) throws ModelException {
    return repository.list().stream()
        .filter(model -> model.name().equals(name))
        .flatMap(model -> model.variants().stream())
        .toList();
  }

  @Test
  void shouldMakeAllVariantsOfAnEntryAndCompareThemWithTheFloats() throws Exception {
    // Given
    CatalogEntry one = entry(false);
    CatalogEntry entry =
        new CatalogEntry(
            "tiny",
            "1",
            "",
            "MIT",
            one.file(),
            one.size(),
            one.sha256(),
            false,
            List.of(),
            List.of("int8", "fp32"),
            one.sources(),
            0,
            List.of(),
            false,
            Optional.empty());
    List<String> compared = new ArrayList<>();
    VariantComparison comparison =
        (reference, variant) -> {
          compared.add(reference.reference() + " " + variant.reference());
          assertThat(reference.files().get(ModelFiles.WEIGHTS)).hasContent("weights of the model");
          assertThat(variant.files().get(ModelFiles.WEIGHTS))
              .hasContent("weights of the modelint8");
          return Optional.of(new VariantError("fp32", 0.5, 0.25, 2));
        };

    // When
    InstalledModel model = openWith(entry).comparing(comparison).pull("tiny", PullListener.NONE);

    // Then
    assertThat(compared).containsExactly("tiny:1@fp32 tiny:1@int8");
    assertThat(model.variants())
        .extracting(InstalledVariant::variant)
        .containsExactly("int8", "q4_1");
    assertThat(model.variants().get(0).error()).hasValue(new VariantError("fp32", 0.5, 0.25, 2));
    assertThat(model.variants().get(1).error()).isEmpty();
    assertThat(repository.list()).containsExactly(model);
    // The floats for a comparison alone leave nothing behind
    InstalledModel mine =
        repository
            .comparing(comparison)
            .importFile(published, "mine", Quantization.INT8, ImportListener.NONE);
    assertThat(compared).hasSize(2);
    assertThat(mine.variants()).extracting(InstalledVariant::variant).containsExactly("int8");
    repository.remove(ModelReference.parse("tiny"));
    try (var blobs = Files.list(root.resolve("blobs/sha256"))) {
      assertThat(blobs).hasSize(2);
    }
  }

  @Test
  void shouldRemoveAnUnfinishedDownload() throws Exception {
    Path downloads = Files.createDirectories(root.resolve(".downloads/tiny"));
    Files.writeString(downloads.resolve("a.part"), "x");
    repository.remove(ModelReference.parse("tiny"));
    assertThat(downloads).doesNotExist();
  }

  /** Its source does not exist. */
  private CatalogEntry unreachableEntry() throws Exception {
    CatalogEntry entry = entry(false);
    return new CatalogEntry(
        entry.name(),
        entry.version(),
        entry.description(),
        entry.license(),
        entry.file(),
        entry.size(),
        entry.sha256(),
        false,
        List.of(new SourceSpec.LocalFile(folder.resolve("none").toString())));
  }

  @Test
  void shouldImportAFileOnceHoweverOftenItIsAskedTo() throws Exception {
    InstalledModel model = importFile(published, "mine");
    InstalledModel again = importFile(published, "mine");
    assertThat(again).isEqualTo(model);
    assertThat(model.version())
        .isEqualTo("sha-" + Sha256.of(published, done -> {}).substring(0, 12));
    assertThat(model.license()).isEqualTo("unknown");
    assertThat(importer.imports).hasValue(1);
    assertThat(published).exists();
  }

  @Test
  void shouldAddAVariantToTheVersionOfTheSameContent() throws Exception {
    // Given
    InstalledModel model = importFile(published, "mine");

    // When
    InstalledModel both =
        repository.importFile(published, "mine", Quantization.EIGHT_BITS, ImportListener.NONE);
    InstalledModel again =
        repository.importFile(published, "mine", Quantization.EIGHT_BITS, ImportListener.NONE);

    // Then
    assertThat(both.version()).isEqualTo(model.version());
    assertThat(again).isEqualTo(both);
    assertThat(importer.imports).hasValue(2);
    assertThat(both.variants()).extracting(InstalledVariant::variant).containsExactly("q4_1", "q8");
    assertThat(both.variant(Quantization.NONE)).contains(model.variants().get(0));
    assertThat(resolve("mine").variant()).hasValue("q4_1");
    assertThat(resolve("mine@q8").variant()).hasValue("q8");
  }

  @Test
  void shouldPreferAVariantOfTheNewestVersionOnly() throws Exception {
    // Given an older version that has both variants, and a newer that has one
    Path newer = Files.writeString(folder.resolve("newer.gguf"), "newer");
    importFile(published, "tiny");
    repository.importFile(published, "tiny", Quantization.FOUR_BITS_ALL, ImportListener.NONE);
    ModelReference both =
        repository.resolve(ModelReference.parse("tiny"), List.of("q4_all")).reference();
    String version = importFile(newer, "tiny").version();

    // When, Then
    assertThat(both.variant()).contains("q4_all");
    assertThat(repository.resolve(ModelReference.parse("tiny"), List.of("q4_all")).reference())
        .isEqualTo(ModelReference.of("tiny", version, "q4_1"));
    assertThat(
            repository
                .resolve(
                    ModelReference.parse("tiny:%s@q4_1".formatted(both.version().orElseThrow())),
                    List.of("q4_all"))
                .reference()
                .variant())
        .as("asked for")
        .contains("q4_1");
  }

  @Test
  void shouldTakeTheLastImportForTheNewest() throws Exception {
    Path second = Files.writeString(folder.resolve("second.gguf"), "second");
    InstalledModel first = importFile(published, "mine");
    InstalledModel newer = importFile(second, "mine");
    assertThat(resolve("mine").version()).hasValue(newer.version());
    assertThat(repository.list())
        .extracting(InstalledModel::version)
        .containsExactly(newer.version(), first.version());
    importFile(published, "mine");
    assertThat(resolve("mine").version()).hasValue(first.version());
    assertThat(resolve("mine:" + newer.version()).version()).hasValue(newer.version());
  }

  @Test
  void shouldLeaveNothingOfAFailedImport() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.gguf"), "bad");
    ModelException error = failure(() -> importFile(bad, "mine"));
    assertThat(error.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(repository.list()).isEmpty();
    assertThat(blobs()).isEmpty();
    assertThat(root.resolve("mine")).doesNotExist();
  }

  @Test
  void shouldSayWhatIsWrongWithAFileOrAName() {
    assertThat(failure(() -> importFile(folder.resolve("none"), "mine")))
        .hasMessage(
            "there is no file %s; give the path of a .gguf file, of a folder with config.json and safetensors or ONNX graphs, or of such a graph",
            folder.resolve("none"));
    assertThat(failure(() -> importFile(folder, "mine")))
        .hasMessageContaining("%s has no file config.json", folder);
    assertThat(
            failure(() -> importFile(Files.createFile(folder.resolve("model.safetensors")), "m")))
        .hasMessageContaining("give the folder that holds it");
    assertThat(failure(() -> importFile(published, "Mine"))).hasMessageContaining("lower case");
    assertThat(failure(() -> importFile(published, "blobs")).kind()).isEqualTo(Kind.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "tiny:2", "tiny@q8_0", "tiny:1@q8_0"})
  void shouldNameWhatIsInstalled(String reference) throws Exception {
    repository.pull("tiny", PullListener.NONE);
    for (ThrowingCallable action :
        List.<ThrowingCallable>of(
            () -> repository.resolve(ModelReference.parse(reference)),
            () -> repository.verify(ModelReference.parse(reference)),
            () -> repository.remove(ModelReference.parse(reference)))) {
      ModelException error = failure(action);
      assertThat(error.kind()).isEqualTo(Kind.NOT_INSTALLED);
      assertThat(error)
          .hasMessageContaining("\"%s\" is not installed; installed are: tiny:1@q4_1", reference)
          .hasMessageContaining("bantam model pull");
    }
  }

  @Test
  void shouldReportEachDamagedFile() throws Exception {
    importFile(published, "mine");
    ModelFiles files = repository.resolve(ModelReference.parse("mine"));
    damage(files.files().get(ModelFiles.WEIGHTS), "weights of the modem");
    damage(files.files().get(ModelFiles.GRAPH), "gra");
    VerifyReport report = repository.verify(ModelReference.parse("mine"));
    assertThat(report.ok()).isFalse();
    assertThat(report.filesChecked()).isEqualTo(2);
    assertThat(report.damaged())
        .extracting(VerifyReport.Damaged::role, d -> d.reason().split(":")[0])
        .containsExactly(
            tuple("graph", "the size is wrong"), tuple("weights", "the content is wrong"));
  }

  private static void damage(Path file, String content) throws IOException {
    assertThat(file.toFile().setWritable(true)).isTrue();
    Files.writeString(file, content);
  }

  @Test
  void shouldRemoveOnlyWhatNoOtherModelNeeds() throws Exception {
    Path second = Files.writeString(folder.resolve("second.gguf"), "second");
    importFile(published, "one");
    importFile(second, "two");
    assertThat(blobs()).hasSize(3);
    repository.remove(ModelReference.parse("one"));
    assertThat(blobs()).hasSize(2);
    assertThat(repository.verify(ModelReference.parse("two")).ok()).isTrue();
    assertThat(root.resolve("one")).doesNotExist();
    repository.remove(ModelReference.parse("two@q4_1"));
    assertThat(blobs()).isEmpty();
    assertThat(repository.list()).isEmpty();
  }

  @Test
  void shouldRefuseANewerFormatButLetItBeRemoved() throws Exception {
    InstalledModel model = importFile(published, "mine");
    importFile(published, "sound");
    Path document = root.resolve("mine").resolve(model.version()).resolve("installed.json");
    Files.writeString(
        document, Files.readString(document).replace("\"format\" : 1", "\"format\" : 2"));
    ModelException error = failure(() -> repository.resolve(ModelReference.parse("mine")));
    assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(error).hasMessageContaining("newer Bantam (format 2, this one reads up to 1)");
    assertThat(repository.list()).extracting(InstalledModel::name).containsExactly("sound");
    repository.remove(ModelReference.parse("mine"));
    assertThat(root.resolve("mine")).doesNotExist();
  }

  @Test
  void shouldNameTheCommandThatRemovesADamagedDocument() throws Exception {
    repository.pull("tiny", PullListener.NONE);
    Files.writeString(root.resolve("tiny/1/installed.json"), "{");
    ModelException error = failure(() -> repository.resolve(ModelReference.parse("tiny")));
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error)
        .hasMessageContaining("tiny:1 is damaged (")
        .hasMessageContaining("installed.json:1: ")
        .hasMessageContaining("bantam model rm tiny:1");
  }

  @Test
  void shouldPullOnceForManyAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<InstalledModel> pull = () -> repository.pull("tiny", events::add);
      List<Future<InstalledModel>> pulls = threads.invokeAll(Collections.nCopies(4, pull));
      for (Future<InstalledModel> each : pulls) {
        assertThat(each.get().reference()).hasToString("tiny:1");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(importer.imports).hasValue(1);
  }

  @Test
  void shouldGiveUpOnAModelThatAnotherChanges() throws Exception {
    ModelRepository impatient =
        new ModelRepository(
            root,
            Catalog.of(entry(false)),
            importer,
            new Downloader(),
            Duration.ofMillis(100),
            PullSettings.DEFAULT);
    try (FileLocks.Held held =
        FileLocks.acquire(root.resolve(".locks/tiny.lock"), Duration.ZERO, "model", holder -> {})) {
      ModelException error = failure(() -> impatient.pull("tiny", events::add));
      assertThat(error.kind()).isEqualTo(Kind.LOCKED);
      assertThat(error).hasMessageStartingWith("model \"tiny\" is being changed by ");
      assertThat(events).singleElement().isInstanceOf(PullEvent.Waiting.class);
      importFile(published, "other");
    }
  }

  private InstalledModel importFile(Path file, String name) throws ModelException {
    return repository.importFile(file, name, ImportListener.NONE);
  }

  private ModelReference resolve(String reference) throws ModelException {
    return repository.resolve(ModelReference.parse(reference)).reference();
  }

  private static ModelException failure(ThrowingCallable action) {
    return catchThrowableOfType(ModelException.class, action);
  }

  private List<Path> blobs() throws IOException {
    try (Stream<Path> listing = Files.list(root.resolve("blobs/sha256"))) {
      return listing.toList();
    }
  }
}
