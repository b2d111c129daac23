package dev.bantam.models.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.store.SmallDisk;
import dev.bantam.testkit.Ports;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and web servers; for packages see {@link PypiSourceTest}. */
class DownloaderTest {

  private static final int SIZE = 300_000;
  private static final HttpSettings IMPATIENT =
      new HttpSettings(
          Duration.ofSeconds(5),
          Duration.ofMillis(700),
          2,
          Duration.ofMillis(1),
          Duration.ofSeconds(1));

  private static final String RESOURCE = "dev/bantam/models/catalog/models.yaml";

  @TempDir Path folder;

  private final List<PullEvent> events = new ArrayList<>();
  private final byte[] content = new byte[SIZE];
  private FileServer server;
  private Wanted wanted;
  private Transfer transfer;
  private Downloader downloader;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    server = new FileServer(content);
    Path original = Files.write(folder.resolve("original.gguf"), content);
    wanted = new Wanted("m.gguf", SIZE, Sha256.of(original, done -> {}));
    transfer =
        new Transfer(
            Files.createDirectory(folder.resolve("work")), folder.resolve("partials"), events::add);
    downloader = new Downloader(IMPATIENT, List.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldDownloadWithProgressAndVerify() throws Exception {
    Path file = fetch(url("/file"));
    assertThat(file).hasBinaryContent(content);
    assertThat(of(PullEvent.Progress.class))
        .last()
        .extracting("done", "total")
        .containsExactly((long) SIZE, (long) SIZE);
    assertThat(of(PullEvent.Verifying.class)).containsExactly(new PullEvent.Verifying(SIZE, SIZE));
    assertThat(transfer.partial(wanted)).doesNotExist();
  }

  @Test
  void shouldFollowRedirects() throws Exception {
    assertThat(fetch(url("/moved"))).hasBinaryContent(content);
  }

  @Test
  void shouldTakeABrokenTransferUpWhereItBroke() throws Exception {
    server.then(server.truncateAt(100_000)).then(server.truncateAt(200_000));
    assertThat(fetch(url("/file"))).hasBinaryContent(content);
    assertThat(server.ranges).hasSize(3).first().isEqualTo("");
    assertThat(server.ranges.get(2)).startsWith("bytes=");
    assertThat(of(PullEvent.Failed.class)).hasSize(2);
  }

  @Test
  void shouldTakeUpWhatAnEarlierProcessLeft() throws Exception {
    Files.createDirectories(transfer.partials());
    Files.write(transfer.partial(wanted), java.util.Arrays.copyOf(content, 1000));
    assertThat(fetch(url("/file"))).hasBinaryContent(content);
    assertThat(server.ranges).containsExactly("bytes=1000-");
  }

  @Test
  void shouldBeginAgainWhereTheServerCannotResume() throws Exception {
    server.then(server.truncateAt(100_000)).then(server.whole());
    assertThat(fetch(url("/file"))).hasBinaryContent(content);
  }

  @Test
  void shouldResumeAfterAStall() throws Exception {
    server.then(server.stallAt(50_000));
    assertThat(fetch(url("/file"))).hasBinaryContent(content);
    assertThat(of(PullEvent.Failed.class))
        .singleElement()
        .extracting(PullEvent.Failed::reason)
        .asString()
        .startsWith("no data for 0 s, after ");
  }

  @Test
  void shouldTryAgainWhenTheServerIsOverloaded() throws Exception {
    server.then(FileServer.status(503));
    assertThat(fetch(url("/file"))).hasBinaryContent(content);
  }

  @Test
  void shouldGoToTheNextSourceAtOnceWhenTheServerRefuses() throws Exception {
    server.then(FileServer.status(404));
    assertThat(fetch(url("/file"), local("original.gguf"))).hasBinaryContent(content);
    assertThat(server.ranges).hasSize(1);
    assertThat(of(PullEvent.Failed.class).get(0).reason())
        .isEqualTo("the server answered with status 404");
  }

  @Test
  void shouldLeaveAFileOfTheUserAlone() throws Exception {
    Path file = fetch(local("original.gguf"));
    assertThat(file).isEqualTo(folder.resolve("original.gguf"));
    Downloader.clear(transfer.partials());
    assertThat(file).exists();
  }

  @Test
  void shouldSayWhatWasTriedAndWhatToDo() {
    String nobody = "http://127.0.0.1:%d/x".formatted(Ports.free());
    ModelException error =
        failure(new SourceSpec.Url(nobody), local("none.gguf"), new SourceSpec.Url("ftp://host/x"));
    assertThat(error.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(error)
        .hasMessageContaining("cannot fetch m.gguf (0.3 MB) of model tiny. Tried:")
        .hasMessageContaining(nobody + ": \"127.0.0.1:")
        .hasMessageContaining("refuses the connection (2 attempts)")
        .hasMessageContaining("there is no file " + folder.resolve("none.gguf"))
        .hasMessageContaining("\"ftp://host/x\" is no https: or http: address")
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageContaining("bantam model pull tiny")
        .hasMessageContaining("bantam model import FILE --name tiny");
  }

  @Test
  void shouldRefuseAWrongSha256AndKeepNothing() {
    content[SIZE / 2]++;
    ModelException error = failure(url("/file"));
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error)
        .hasMessageContaining(
            "m.gguf has the wrong content: expected sha256 " + wanted.sha256() + ", found ")
        .hasMessageContaining("Nothing was installed");
    assertThat(transfer.partials()).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAWrongSizeBeforeDownloadingIt() {
    wanted = new Wanted("m.gguf", SIZE - 1, wanted.sha256());
    assertThat(failure(url("/file")))
        .hasMessageContaining("wrong size there: expected 299999 bytes, found 300000");
  }

  @Test
  void shouldGoOnAfterACorruptSource() throws Exception {
    Files.write(folder.resolve("bad.gguf"), new byte[SIZE]);
    assertThat(fetch(local("bad.gguf"), url("/file"))).hasBinaryContent(content);
    assertThat(folder.resolve("bad.gguf")).exists();
  }

  @Test
  void shouldUseAVerifiedDownloadOfAKilledPullWithoutASource() throws Exception {
    Files.createDirectories(transfer.partials());
    Files.write(transfer.complete(wanted), content);
    assertThat(fetch()).isEqualTo(transfer.complete(wanted));
  }

  @Test
  void shouldEndWhenInterrupted() {
    server.then(server.stallAt(1000));
    Thread.currentThread().interrupt();
    ModelException error = failure(url("/file"), local("original.gguf"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(error.kind()).isEqualTo(Kind.INTERRUPTED);
  }

  @Test
  void shouldStopAtAFullDisk() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (SmallDisk disk = SmallDisk.mount(small)) {
      Files.write(small.resolve("other"), new byte[900_000]);
      transfer = new Transfer(transfer.work(), small.resolve("partials"), events::add);
      ModelException error = failure(url("/file"), local("original.gguf"));
      assertThat(error.kind()).isEqualTo(Kind.DISK_FULL);
      assertThat(error)
          .hasMessageContaining(
              "too little space for the download of m.gguf: 0.3 MB needed, 0.1 MB")
          .hasMessageContaining("BANTAM_HOME");
      assertThat(server.ranges).isEmpty();
    }
  }

  @Test
  void shouldRemoveWhatItWroteWhenTheDiskFillsUp() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (SmallDisk disk = SmallDisk.mount(small)) {
      Path other = small.resolve("other");
      Files.write(other, new byte[100_000]);
      server.then(
          exchange -> {
            Files.write(other, new byte[900_000]);
            server.serve(exchange);
          });
      transfer = new Transfer(transfer.work(), small.resolve("partials"), events::add);
      ModelException error = failure(url("/file"));
      assertThat(error.kind()).isEqualTo(Kind.DISK_FULL);
      assertThat(error)
          .hasMessageContaining("is full: at least 0.")
          .hasMessageContaining("more needed");
      assertThat(transfer.partials()).isEmptyDirectory();
    }
  }

  @Test
  void shouldTakeAResourceOfTheClassPath() throws Exception {
    byte[] content = Files.readAllBytes(Path.of(resource().toURI()));
    wanted = new Wanted("m.gguf", content.length, Sha256.of(content));
    SourceSpec source = new SourceSpec.ClassPath("g:a", Map.of("m.gguf", RESOURCE));
    assertThat(fetch(source)).hasBinaryContent(content);
  }

  @Test
  void shouldSayWhichJarAResourceComesFrom() {
    assertThat(failure(new SourceSpec.ClassPath("g:a", Map.of("m.gguf", "no/such"))))
        .hasMessageContaining(
            "classpath:g:a: the class path has no resource no/such; put the jar of g:a on it");
    assertThat(failure(new SourceSpec.ClassPath("g:a", Map.of())))
        .hasMessageContaining("the catalog names no resource of g:a for m.gguf");
    assertThat(failure(new SourceSpec.ClassPath("g:a", Map.of("m.gguf", RESOURCE))).kind())
        .isEqualTo(ModelException.Kind.CORRUPT);
  }

  private static URL resource() {
    return Objects.requireNonNull(DownloaderTest.class.getClassLoader().getResource(RESOURCE));
  }

  private Path fetch(SourceSpec... sources) throws ModelException {
    return downloader.fetch("tiny", wanted, List.of(sources), transfer);
  }

  private ModelException failure(SourceSpec... sources) {
    return catchThrowableOfType(ModelException.class, () -> fetch(sources));
  }

  private SourceSpec url(String path) {
    return new SourceSpec.Url(server.url(path));
  }

  private SourceSpec local(String name) {
    return new SourceSpec.LocalFile(folder.resolve(name).toString());
  }

  private <E extends PullEvent> List<E> of(Class<E> type) {
    return Stream.of(events.toArray()).filter(type::isInstance).map(type::cast).toList();
  }
}
