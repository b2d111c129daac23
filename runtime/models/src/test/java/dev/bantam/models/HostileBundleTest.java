package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.ModelReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileBundleTest {

  private static final String INSTALLED = "models/tiny/1/installed.json";
  private static final String RELEASE = "models/tiny/1/release.json";

  @TempDir Path folder;

  private final List<Entry> entries = new ArrayList<>();
  private TinyRepository target;
  private Path bundle;
  private byte[] whole = {};

  private record Entry(String name, byte[] content) {
    String text() {
      return new String(content, StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void export() throws Exception {
    TinyRepository source = new TinyRepository(folder, "source");
    source.models.pull("tiny", PullListener.NONE);
    bundle = folder.resolve("models.bundle");
    source
        .models
        .bundles()
        .write(List.of(ModelReference.parse("tiny")), bundle, ImportListener.NONE);
    whole = Files.readAllBytes(bundle);
    target = new TinyRepository(folder, "target");
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(whole))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.add(new Entry(entry.getName(), zip.readAllBytes()));
      }
    }
  }

  private void write() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Entry entry : entries) {
        zip.putNextEntry(new ZipEntry(entry.name()));
        zip.write(entry.content());
        zip.closeEntry();
      }
    }
    Files.write(bundle, bytes.toByteArray());
  }

  private ModelException refused() throws Exception {
    ModelException error = failure(() -> target.models.bundles().read(bundle, ImportListener.NONE));
    assertThat(error).isNotNull();
    assertThat(error.getMessage()).doesNotContain("\u001b", "Exception");
    assertNothingIsLeft();
    return error;
  }

  private void assertNothingIsLeft() throws Exception {
    assertThat(target.installed()).isEmpty();
    assertThat(target.blobs()).isEmpty();
    assertThat(target.root.resolve("tiny")).doesNotExist();
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all).noneMatch(path -> path.toString().contains("evil"));
    }
    Path staging = target.root.resolve(".staging");
    assertThat(Files.notExists(staging) || staging.toFile().list().length == 0).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "../../evil",
    "/tmp/evil",
    "blobs/sha256/../../../evil",
    "models/tiny/1/../../../evil",
    "evil",
    "'\u001b[31mevil'"
  })
  void shouldMakeNoPathOfAnEntrysName(String name) throws Exception {
    for (int at : new int[] {0, 1, 3, entries.size()}) {
      entries.add(at, new Entry(name, "evil".getBytes(StandardCharsets.UTF_8)));
      write();
      assertThat(refused().kind()).as("at " + at).isEqualTo(Kind.MALFORMED);
      entries.remove(at);
    }
  }

  @Test
  void shouldTakeNoEntryTwice() throws Exception {
    // A zip's writer refuses a second entry of one name, so the name is changed in the bytes
    Entry blob = entries.get(3);
    entries.add(new Entry(blob.name().replace("blobs", "blobz"), blob.content()));
    write();
    byte[] bytes = Files.readAllBytes(bundle);
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("blobz", "blobs");
    Files.write(bundle, text.getBytes(StandardCharsets.ISO_8859_1));

    ModelException error = refused();

    assertThat(error.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(error)
        .hasMessageContaining("has the entry \"blobs/sha256/")
        .hasMessageContaining("twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        RELEASE
            + "|\"name\" : \"tiny\"|\"name\" : \"../a\"|MALFORMED|release.json:3: name: must be",
        RELEASE
            + "|\"name\" : \"tiny\"|\"name\" : \"other\"|MALFORMED|the release of another model",
        RELEASE + "|\"format\" : 1|\"format\" : 9|UNSUPPORTED|newer Bantam",
        INSTALLED + "|\"sha256\" : \"|\"sha256\" : \"..|MALFORMED|sha256: must be 64 hexadecimal",
        INSTALLED + "|\"variant\" : \"q4_1\"|\"variant\" : \"../x\"|MALFORMED|variant: must be",
        INSTALLED + "|\"weights\"|\"weighty\"|CORRUPT|",
        "bundle.json|tiny|..|MALFORMED|models[0].name: must be",
        "bundle.json|tiny|blobs|USAGE|name of the store's own folder",
        "bundle.json|\"format\" : 1|\"format\" : 3|UNSUPPORTED|newer Bantam",
        "bundle.json|tiny\"|tiny\", \"signed\": true|MALFORMED|where models/tiny/1/release.json.sig belongs",
        "bundle.json|{|[|MALFORMED|bundle.json"
      })
  void shouldRefuseDocumentsOfAnotherForm(
      String entry, String before, String after, Kind kind, String said) throws Exception {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).name().equals(entry)) {
        String text = entries.get(i).text();
        assertThat(text).contains(before);
        byte[] changed =
            text.replaceFirst(Pattern.quote(before), after).getBytes(StandardCharsets.UTF_8);
        entries.set(i, new Entry(entry, changed));
      }
    }
    write();
    if (said == null) {
      // A role's name is free: what is wrong is found by who runs the model
      assertThat(target.models.bundles().read(bundle, ImportListener.NONE)).hasSize(1);
      return;
    }
    ModelException error = refused();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error).hasMessageContaining(said);
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775807,MALFORMED", "4611686018427387904,DISK_FULL", "6,CORRUPT"})
  void shouldRefuseSizesThatAreNotSo(long size, Kind kind) throws Exception {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).name().equals(INSTALLED)) {
        String changed =
            entries.get(i).text().replaceAll("(\"files\" (?s).*?\"size\" : )\\d+", "$1" + size);
        entries.set(i, new Entry(INSTALLED, changed.getBytes(StandardCharsets.UTF_8)));
      }
    }
    write();
    assertThat(refused().kind()).isEqualTo(kind);
  }

  @Test
  void shouldRefuseWrongBytesAndMissingFiles() throws Exception {
    Entry blob = entries.remove(3);
    write();
    ModelException missing = refused();
    assertThat(missing.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(missing).hasMessageContaining("1 of its files are missing");

    byte[] other = blob.content().clone();
    other[0] ^= 1;
    entries.add(new Entry(blob.name(), other));
    write();
    ModelException wrong = refused();
    assertThat(wrong.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(wrong).hasMessageContaining("has the sha256");

    entries.set(entries.size() - 1, new Entry(blob.name(), Arrays.copyOf(other, 1_000_000)));
    write();
    assertThat(refused()).hasMessageContaining("has more than");
  }

  @Test
  void shouldReadNoDocumentWithoutEnd() throws Exception {
    entries.set(1, new Entry(RELEASE, new byte[50_000_000]));
    write();
    assertThat(bundle.toFile().length()).as("a zip bomb").isLessThan(100_000);

    ModelException error = refused();

    assertThat(error.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(error).hasMessageContaining("larger than any such");
  }

  @Test
  void shouldInstallNothingOfABundleThatIsCutShort() throws Exception {
    int end = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
    for (int length = 0; length < end; length += 17) {
      Files.write(bundle, Arrays.copyOf(whole, length));
      assertThat(refused().kind())
          .as("%d of %d bytes", length, whole.length)
          .isIn(Kind.CORRUPT, Kind.MALFORMED);
    }
  }

  @Test
  void shouldInstallAllOrNothingOfABundleWithAChangedByte() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
      Files.write(bundle, changed);
      try {
        target.models.bundles().read(bundle, ImportListener.NONE);
        for (InstalledModel model : target.models.list()) {
          assertThat(target.models.verify(model.reference()).ok()).isTrue();
          target.models.remove(model.reference());
        }
      } catch (ModelException e) {
        assertThat(e.getMessage()).doesNotContain("Exception");
      }
      assertNothingIsLeft();
    }
  }

  @Test
  void shouldSayWhatIsNoBundle() throws Exception {
    assertThat(Bundles.isBundle(folder.resolve("none"))).isFalse();
    assertThat(Bundles.isBundle(folder)).isFalse();
    bundle = Files.writeString(folder.resolve("x"), "GGUF");
    assertThat(Bundles.isBundle(bundle)).isFalse();
    assertThat(refused().kind()).isEqualTo(Kind.CORRUPT);
    bundle = folder.resolve("none");
    assertThat(refused()).hasMessageContaining("there is no file");
  }
}
