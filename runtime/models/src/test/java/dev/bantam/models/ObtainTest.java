package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.trust.KeyFile;
import dev.bantam.models.trust.SigningKey;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.spi.ModelReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders of strangers: what they get, and what they never get. */
@Timeout(60)
class ObtainTest {

  @TempDir Path folder;

  private final FakeImporter importer = new FakeImporter();
  private final List<PullEvent> events = new ArrayList<>();
  private Path site;
  private WebFolder web;
  private WebFolder other;

  @BeforeEach
  void start() throws Exception {
    site = Files.createDirectories(folder.resolve("site"));
    web = new WebFolder(site);
    other = new WebFolder(site);
  }

  @AfterEach
  void stop() {
    web.close();
    other.close();
  }

  /**
   * Writes {@code models/VERSION/release.json} of the model {@code tiny}, and its file beside it.
   */
  private Path publish(String version, long revision, String source) throws Exception {
    Path place = Files.createDirectories(site.resolve("models").resolve(version));
    Path file = Files.writeString(place.resolve("m.gguf"), "the model " + version);
    return Files.writeString(
        place.resolve("release.json"),
        """
        {"format": 1, "name": "tiny", "version": "%s", "description": "", "license": "MIT", "revision": %d,
         "file": "m.gguf", "size": %d, "sha256": "%s", "files": [], "sources": [%s], "from_the_future": 7}
        """
            .formatted(version, revision, Files.size(file), Sha256.of(file, done -> {}), source));
  }

  private ModelOrder order(String source, Path release) throws Exception {
    return new ModelOrder(
        ModelReference.parse("tiny"),
        Optional.of(source),
        Optional.of(Sha256.of(Files.readAllBytes(release))),
        Optional.empty(),
        false);
  }

  private PullSettings settings(String... sources) {
    return new PullSettings(
        AllowedSources.of(List.of(sources)),
        TrustedKeys.NONE,
        false,
        Optional.empty(),
        NetworkSettings.DEFAULT);
  }

  private ModelRepository open(PullSettings settings, CatalogEntry... entries)
      throws ModelException {
    return new ModelRepository(
        folder.resolve("repository"),
        Catalog.of(entries),
        importer,
        new Downloader(),
        Duration.ofSeconds(20),
        settings);
  }

  private InstalledModel obtain(PullSettings settings, ModelOrder order) throws ModelException {
    return open(settings).obtain(order, List.of(), events::add);
  }

  private ModelException refused(PullSettings settings, ModelOrder order) throws Exception {
    ModelException error =
        catchThrowableOfType(ModelException.class, () -> obtain(settings, order));
    assertThat(open(settings).list()).isEmpty();
    assertThat(folder.resolve("repository/blobs/sha256")).isEmptyDirectory();
    return error;
  }

  @Test
  void shouldInstallWhatLiesBesideItsRelease() throws Exception {
    // Given
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    ModelOrder order = order(web.url("/models/2/release.json"), release);

    // When
    InstalledModel model = obtain(settings(web.url("/models/")), order);

    // Then, and release.json stays as it was published, so that its digest can be compared
    assertThat(model.reference()).hasToString("tiny:2");
    assertThat(folder.resolve("repository/tiny/2/release.json"))
        .hasBinaryContent(Files.readAllBytes(release));
    web.asked.clear();
    assertThat(obtain(settings(web.url("/models/")), order)).isEqualTo(model);
    assertThat(web.asked).isEmpty();
  }

  @Test
  void shouldInstallFromAFolderOfThisMachine() throws Exception {
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    assertThat(
            obtain(settings("file:" + site + "/models/"), order("file:" + release, release))
                .reference())
        .hasToString("tiny:2");
  }

  @Test
  void shouldTakeWhatIsInTheCatalogWithoutASource() throws Exception {
    Path release = publish("1", 0, "");
    Path file = release.resolveSibling("m.gguf");
    CatalogEntry entry =
        new CatalogEntry(
            "tiny",
            "1",
            "",
            "MIT",
            "m.gguf",
            Files.size(file),
            Sha256.of(file, done -> {}),
            false,
            List.of(new SourceSpec.LocalFile(file.toString())));
    assertThat(
            open(PullSettings.DEFAULT, entry)
                .obtain(ModelOrder.of(ModelReference.parse("tiny")), List.of(), events::add)
                .reference())
        .hasToString("tiny:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:PORT/models.evil/2/release.json",
        "http://127.0.0.1:PORT/other/2/release.json",
        "http://127.0.0.1:PORT/models/../other/2/release.json",
        "http://127.0.0.1:PORT/models/%2e%2e/other/2/release.json",
        "http://127.0.0.1:PORT/models/..%2fother/2/release.json",
        "http://127.0.0.1:PORT/models/2/..;/release.json/..",
        "http://127.0.0.1:PORT/models//2/release.json",
        "http://127.0.0.1:PORT/models/2\\release.json",
        "http://127.0.0.1:PORT/models/2/release.json?to=http://evil/",
        "http://127.0.0.1:PORT/models/2/release.json#",
        "http://127.0.0.1:PORT/models/",
        "http://127.0.0.1:PORT@127.0.0.1:PORT2/models/2/release.json",
        "http://127.0.0.1:PORT2/models/2/release.json",
        "http://127.0.0.1.evil.example:PORT/models/2/release.json",
        "http://user:password@127.0.0.1:PORT/models/2/release.json",
        "https://127.0.0.1:PORT/models/2/release.json",
        "HTTP://localhost:PORT/models/2/release.json",
        "ftp://127.0.0.1:PORT/models/2/release.json",
        "jar:http://127.0.0.1:PORT/models/2/release.json",
        "//127.0.0.1:PORT/models/2/release.json",
        "models/2/release.json",
        "file:SITE/models/2/release.json",
        "file://127.0.0.1SITE/models/2/release.json",
        "",
        "classpath:dev/bantam/models/catalog/models.yaml"
      })
  void shouldNeverAskForWhatNobodyListed(String source) throws Exception {
    // Given
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    String address =
        source
            .replace("PORT2", other.url("").replaceAll(".*:", ""))
            .replace("PORT", web.url("").replaceAll(".*:", ""))
            .replace("SITE", site.toString());

    // When
    ModelException error = refused(settings(web.url("/models/")), order(address, release));

    // Then
    assertThat(error.kind()).isEqualTo(Kind.UNTRUSTED);
    assertThat(web.asked).isEmpty();
    assertThat(other.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"url\": \"OTHER/models/2/m.gguf\"}",
        "{\"file\": \"SITE/models/2/m.gguf\"}",
        "{\"file\": \"models/2/m.gguf\"}",
        "{\"classpath\": \"g:a\", \"resources\": {\"m.gguf\": \"dev/bantam/models/catalog/models.yaml\"}}",
        "{\"pypi\": \"tiny\", \"version\": \"1\", \"member\": \"m.gguf\"}"
      })
  void shouldNeverFetchAReleasesFileFromWhereNobodyListed(String source) throws Exception {
    String written = source.replace("OTHER", other.url("")).replace("SITE", site.toString());
    Path release = publish("2", 2, written);
    ModelException error =
        refused(settings(web.url("/models/")), order(web.url("/models/2/release.json"), release));
    assertThat(error.kind()).isEqualTo(Kind.UNTRUSTED);
    assertThat(error).hasMessageContaining("this device may fetch it from none of these places");
    assertThat(other.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../other/m.gguf", "a/../../m.gguf", "/../m.gguf", "%2e%2e/m.gguf"})
  void shouldNotLeaveThePlaceOfTheRelease(String relative) throws Exception {
    Path release = publish("2", 2, "{\"url\": \"%s\"}".formatted(relative));
    assertThat(
            refused(
                    settings(web.url("/models/")),
                    order(web.url("/models/2/release.json"), release))
                .kind())
        .isEqualTo(Kind.MALFORMED);
    assertThat(web.asked).containsExactly("/models/2/release.json");
  }

  @Test
  void shouldNotFollowAServerToWhereNobodyListed() throws Exception {
    // Given both the document and its file are elsewhere
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    web.redirect("/models/2/release.json", other.url("/models/2/release.json"));
    web.redirect("/models/2/m.gguf", other.url("/models/2/m.gguf"));
    ModelOrder order = order(web.url("/models/2/release.json"), release);

    // Then
    assertThat(refused(settings(web.url("/models/")), order).kind()).isEqualTo(Kind.UNTRUSTED);
    web.redirect("/models/2/release.json", "release2.json");
    Files.copy(release, release.resolveSibling("release2.json"));
    assertThat(refused(settings(web.url("/models/")), order).kind()).isEqualTo(Kind.UNTRUSTED);
    assertThat(other.asked).isEmpty();
    // but to what is listed
    assertThat(obtain(settings(web.url("/models/"), other.url("/models/")), order).version())
        .isEqualTo("2");
    assertThat(other.asked).containsExactly("/models/2/m.gguf");
  }

  @Test
  void shouldNotLeaveAFolderByALink() throws Exception {
    // Given
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.createSymbolicLink(shared.resolve("2"), release.resolveSibling(""));
    PullSettings settings = settings("file:" + shared + "/");

    // Then
    ModelException error = refused(settings, order("file:" + shared + "/2/release.json", release));
    assertThat(error.kind()).isEqualTo(Kind.UNTRUSTED);
    assertThat(error).hasMessageContaining("by a link");
    // nor by a file's
    Path own = Files.createDirectories(shared.resolve("3"));
    Files.copy(release, own.resolve("release.json"));
    Files.createSymbolicLink(own.resolve("m.gguf"), release.resolveSibling("m.gguf"));
    assertThat(refused(settings, order("file:" + own + "/release.json", release)).kind())
        .isEqualTo(Kind.UNTRUSTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"name\": \"tiny\"|\"name\": \"../tiny\"",
        "\"name\": \"tiny\"|\"name\": \"tiny/a\"",
        "\"version\": \"2\"|\"version\": \"../2\"",
        "\"file\": \"m.gguf\"|\"file\": \"../../m.gguf\"",
        "\"files\": []|\"files\": [{\"file\": \"../a\", \"content\": \"x\"}]",
        "\"size\": 11|\"size\": -1",
        "\"sha256\": \"|\"sha256\": \"../",
        "\"format\": 1|\"format\": 9",
        "\"revision\": 2|\"revision\": -2",
        "{|[",
        "\"license\": \"MIT\", |"
      })
  void shouldRefuseADocumentThatIsNotOfItsForm(String change) throws Exception {
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    String[] parts = change.split("\\|", -1);
    String text = Files.readString(release);
    assertThat(text).contains(parts[0]);
    Files.writeString(release, text.replace(parts[0], parts[1]));
    ModelException error =
        refused(settings(web.url("/models/")), order(web.url("/models/2/release.json"), release));
    assertThat(error.kind()).isIn(Kind.MALFORMED, Kind.UNSUPPORTED);
    assertThat(web.asked).containsExactly("/models/2/release.json");
  }

  @Test
  void shouldRefuseAnotherDigestAnotherNameAndNoDigest() throws Exception {
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    PullSettings settings = settings(web.url("/models/"));
    String source = web.url("/models/2/release.json");
    ModelOrder order = order(source, release);
    ModelOrder named =
        new ModelOrder(
            ModelReference.parse("tiny:3"),
            order.source(),
            order.sha256(),
            Optional.empty(),
            false);
    assertThat(refused(settings, named))
        .hasMessageContaining("is the release of tiny:2; wanted is tiny:3");
    Files.writeString(release, Files.readString(release) + " ");
    assertThat(refused(settings, order).kind()).isEqualTo(Kind.CORRUPT);
    assertThat(
            refused(
                settings,
                new ModelOrder(
                    named.reference(), order.source(), Optional.empty(), Optional.empty(), false)))
        .hasMessageContaining("a source goes with sha256");
  }

  @Test
  void shouldRefuseADocumentWithoutAnEnd() throws Exception {
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    ModelOrder order = order(web.url("/models/2/release.json"), release);
    Files.write(release, new byte[ModelDocument.MAX_BYTES + 1]);
    assertThat(refused(settings(web.url("/models/")), order))
        .hasMessageContaining("longer than 1048576 bytes");
  }

  @Test
  void shouldNeverPutAnotherContentInAVersionsPlace() throws Exception {
    PullSettings settings = settings(web.url("/models/"));
    String source = web.url("/models/2/release.json");
    obtain(settings, order(source, publish("2", 2, "{\"url\": \"m.gguf\"}")));
    Path changed = publish("2", 3, "{\"url\": \"m.gguf\"}");
    ModelException error =
        catchThrowableOfType(ModelException.class, () -> obtain(settings, order(source, changed)));
    assertThat(error).hasMessageContaining("a version never changes");
  }

  @Test
  void shouldTakeAnOlderRevisionOnlyWhereThatIsAllowed() throws Exception {
    // Given
    PullSettings settings = settings(web.url("/models/"));
    obtain(
        settings,
        order(web.url("/models/2/release.json"), publish("2", 2, "{\"url\": \"m.gguf\"}")));
    ModelOrder older =
        order(web.url("/models/1/release.json"), publish("1", 1, "{\"url\": \"m.gguf\"}"));
    ModelOrder allowed =
        new ModelOrder(older.reference(), older.source(), older.sha256(), older.signature(), true);
    PullSettings never =
        new PullSettings(
            settings.sources(),
            settings.keys(),
            false,
            Optional.of(false),
            NetworkSettings.DEFAULT);

    // Then
    assertThat(catchThrowableOfType(ModelException.class, () -> obtain(settings, older)))
        .hasMessageContaining("tiny:1 has the revision 1 and tiny:2, which is installed, has 2");
    assertThat(catchThrowableOfType(ModelException.class, () -> obtain(never, allowed)).kind())
        .isEqualTo(Kind.UNTRUSTED);
    assertThat(obtain(settings, allowed).version()).isEqualTo("1");
  }

  @Test
  void shouldTakeOnlyWhatATrustedKeyHasSigned() throws Exception {
    // Given
    SigningKey.generate(folder.resolve("key.pem"), folder.resolve("key.pub.pem"));
    SigningKey.generate(folder.resolve("evil.pem"), folder.resolve("evil.pub.pem"));
    Path release = publish("2", 2, "{\"url\": \"m.gguf\"}");
    byte[] bytes = Files.readAllBytes(release);
    PullSettings signed =
        new PullSettings(
            AllowedSources.of(List.of(web.url("/models/"))),
            new TrustedKeys(
                Map.of("key", KeyFile.readPublic(folder.resolve("key.pub.pem"))),
                "models.trusted_keys"),
            true,
            Optional.empty(),
            NetworkSettings.DEFAULT);
    ModelOrder order = order(web.url("/models/2/release.json"), release);
    Path beside = release.resolveSibling("release.json.sig");
    String good = SigningKey.read(folder.resolve("key.pem"), "key").sign(bytes).toString();

    // Then
    assertThat(refused(signed, order))
        .hasMessageContaining("is not signed")
        .hasMessageContaining("key (models.trusted_keys)");
    assertThat(
            refused(
                signed,
                with(order, SigningKey.read(folder.resolve("evil.pem"), "evil").sign(bytes))))
        .hasMessageContaining("the key \"evil\", which models.trusted_keys does not list");
    assertThat(
            refused(
                signed,
                with(order, SigningKey.read(folder.resolve("evil.pem"), "key").sign(bytes))))
        .hasMessageContaining("is not one of the key \"key\"");
    assertThat(refused(signed, with(order, "nonsense"))).hasMessageContaining("no signature");
    Files.writeString(beside, "nonsense");
    assertThat(refused(signed, order).kind()).isEqualTo(Kind.UNTRUSTED);
    Files.writeString(beside, good + "\n", StandardCharsets.UTF_8);
    assertThat(obtain(signed, order).version()).isEqualTo("2");
  }

  private static ModelOrder with(ModelOrder order, Object signature) {
    return new ModelOrder(
        order.reference(),
        order.source(),
        order.sha256(),
        Optional.of(signature.toString()),
        false);
  }
}
