package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.SmallDisk;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesTest {

  @TempDir Path folder;

  private TinyRepository here;
  private TinyRepository other;
  private Path bundle;

  @BeforeEach
  void open() throws Exception {
    here = new TinyRepository(folder, "here");
    other = new TinyRepository(folder, "other");
    bundle = folder.resolve("models.bundle");
    here.models.pull("tiny", PullListener.NONE);
  }

  private List<InstalledModel> export(String... references) throws ModelException {
    return here.models
        .bundles()
        .write(
            Stream.of(references).map(ModelReference::parse).toList(), bundle, ImportListener.NONE);
  }

  private List<InstalledModel> importBundle() throws ModelException {
    return other.models.bundles().read(bundle, ImportListener.NONE);
  }

  @Test
  void shouldBringModelsToAnotherDevice() throws Exception {
    // Given
    here.importText("mine", "text");
    here.importText("mine", "text", Quantization.EIGHT_BITS);

    // When
    List<InstalledModel> exported = export("tiny", "mine");
    List<InstalledModel> imported = importBundle();

    // Then
    assertThat(Bundles.isBundle(bundle)).isTrue();
    assertThat(imported).isEqualTo(exported);
    assertThat(other.installed()).containsExactlyInAnyOrderElementsOf(here.installed()).hasSize(3);
    for (InstalledModel model : imported) {
      assertThat(other.models.verify(model.reference()).ok()).isTrue();
    }
    assertThat(other.blobs()).isEqualTo(other.named());
    for (String version : List.of("tiny/1", "mine/" + imported.get(1).version())) {
      assertThat(other.root.resolve(version).resolve("release.json"))
          .hasSameBinaryContentAs(here.root.resolve(version).resolve("release.json"));
    }
    assertThat(other.models.pull("tiny", PullListener.NONE).reference()).hasToString("tiny:1");
    assertThat(other.importer.imports).as("nothing is imported anew").hasValue(0);
  }

  @Test
  void shouldTakeTheVariantsThatAreAskedFor() throws Exception {
    here.importText("tiny", "the model", Quantization.EIGHT_BITS);
    here.importText("tiny", "the model", Quantization.FOUR_BITS);

    export("tiny@q8", "tiny:1@q4_1", "tiny@q8");
    importBundle();

    assertThat(other.installed()).containsExactlyInAnyOrder("tiny:1@q8", "tiny:1@q4_1");
  }

  @Test
  void shouldAddVariantsToAVersionThatIsThere() throws Exception {
    export("tiny@q4_1");
    importBundle();
    String first = Files.readString(other.root.resolve("tiny/1/installed.json"));
    importBundle();
    assertThat(other.root.resolve("tiny/1/installed.json")).hasContent(first);
    here.importText("tiny", "the model", Quantization.EIGHT_BITS);
    Files.delete(bundle);
    export("tiny@q8");

    importBundle();

    assertThat(other.installed()).containsExactly("tiny:1@q4_1", "tiny:1@q8");
    assertThat(other.models.verify(ModelReference.parse("tiny")).ok()).isTrue();
  }

  @Test
  void shouldHealAVersionThatHasLostAFile() throws Exception {
    export("tiny");
    importBundle();
    for (String digest : other.blobs()) {
      Files.delete(other.root.resolve("blobs/sha256").resolve(digest));
    }

    importBundle();

    assertThat(other.models.verify(ModelReference.parse("tiny")).ok()).isTrue();
  }

  @Test
  void shouldTakeWhatAnOlderBantamImportedAndRefuseWhatANewerDid() throws Exception {
    // Given
    Path document = here.root.resolve("tiny/1/installed.json");
    String text = Files.readString(document);

    // When, Then
    Files.writeString(document, text.replaceAll("\"importer\" : \\d+", "\"importer\" : 99"));
    export("tiny");
    ModelException error = failure(this::importBundle);
    assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(error)
        .hasMessageContaining("tiny:1 was imported by a newer Bantam (importer 99")
        .hasMessageContaining("update Bantam here");
    assertThat(other.blobs()).isEmpty();

    Files.delete(bundle);
    Files.writeString(document, text.replaceAll("\"importer\" : \\d+", "\"importer\" : 1"));
    export("tiny");
    importBundle();
    assertThat(other.resolve("tiny")).isEqualTo("tiny:1@q4_1");
    assertThat(other.models.isUpToDate(ModelReference.parse("tiny"))).isFalse();
    other.models.pull("tiny", PullListener.NONE);
    assertThat(other.models.isUpToDate(ModelReference.parse("tiny"))).isTrue();
    importBundle();
    assertThat(other.models.isUpToDate(ModelReference.parse("tiny")))
        .as("the newer import stays")
        .isTrue();
  }

  @Test
  void shouldRefuseAVersionThatIsThereWithOtherContent() throws Exception {
    export("tiny");
    TinyRepository target =
        new TinyRepository(
            folder, "third", TinyRepository.entry(folder, "tiny", "the modem", false));
    target.models.pull("tiny", PullListener.NONE);

    ModelException error = failure(() -> target.models.bundles().read(bundle, ImportListener.NONE));

    assertThat(error.kind()).isEqualTo(Kind.UNTRUSTED);
    assertThat(error).hasMessageContaining("bantam model rm tiny:1");
    assertThat(target.models.verify(ModelReference.parse("tiny")).ok()).isTrue();
    assertThat(target.blobs()).isEqualTo(target.named());
  }

  @Test
  void shouldTakeNoAliasForAName() throws Exception {
    export("tiny");
    TinyRepository aliased =
        new TinyRepository(
            folder, "aliased", TinyRepository.entry(folder, "another", "the model", false));
    aliased.importText("mine", "text");
    aliased.models.aliases().point("tiny", ModelReference.parse("mine"));

    assertThat(failure(() -> aliased.models.bundles().read(bundle, ImportListener.NONE)))
        .hasMessageContaining("tiny is an alias of mine:");
  }

  @Test
  void shouldExportNothingThatIsDamaged() throws Exception {
    Path weights = here.models.resolve(ModelReference.parse("tiny")).files().get("weights");
    assertThat(weights.toFile().setWritable(true)).isTrue();
    Files.writeString(weights, "weights of the modem");

    ModelException error = failure(() -> export("tiny"));

    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error).hasMessageContaining("tiny:1 is damaged");
    assertThat(bundle).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".part"));
    }
    Files.delete(weights);
    assertThat(failure(() -> export("tiny"))).hasMessageContaining("bantam model pull tiny");
  }

  @Test
  void shouldSayWhatIsWrongWithTheFileToWrite() throws Exception {
    assertThat(failure(() -> export("other")).kind()).isEqualTo(Kind.NOT_INSTALLED);
    export("tiny");
    assertThat(failure(() -> export("tiny"))).hasMessageContaining("is there already");
    bundle = folder.resolve("none/models.bundle");
    assertThat(failure(() -> export("tiny"))).hasMessageContaining("there is no folder");
  }

  @Test
  void shouldMakeTheSameBundleOfTheSameModels() throws Exception {
    export("tiny");
    byte[] first = Files.readAllBytes(bundle);
    Files.delete(bundle);
    export("tiny");
    assertThat(bundle).hasBinaryContent(first);
  }

  @Test
  void shouldAskForRoomFirst() throws Exception {
    here.importText("large", "x".repeat(3_000_000));
    export("large");
    Path small = Files.createDirectory(folder.resolve("small"));
    try (SmallDisk disk = SmallDisk.mount(small)) {
      TinyRepository full = new TinyRepository(folder, "small/models");
      ModelException error = failure(() -> full.models.bundles().read(bundle, ImportListener.NONE));
      assertThat(error.kind()).isEqualTo(Kind.DISK_FULL);
      assertThat(error)
          .hasMessageContaining("too little space for the bundle models.bundle: 3.0 MB");
      assertThat(full.blobs()).isEmpty();
      bundle = small.resolve("models.bundle");
      assertThat(failure(() -> export("large")).kind()).isEqualTo(Kind.DISK_FULL);
      assertThat(bundle).doesNotExist();
    }
  }
}
