package dev.bantam.models.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Sha256;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that change their files, promise what they do not keep, or want to be left alone. */
@Timeout(60)
class HttpTroubleTest {

  private static final int SIZE = 300_000;
  private static final HttpSettings IMPATIENT =
      new HttpSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          2,
          Duration.ofMillis(1),
          Duration.ofMillis(9));

  @TempDir Path folder;

  private final List<PullEvent> events = new ArrayList<>();
  private final byte[] content = new byte[SIZE];
  private FileServer server;
  private Wanted wanted;
  private Transfer transfer;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    server = new FileServer(content);
    wanted = new Wanted("m.gguf", SIZE, Sha256.of(content));
    transfer =
        new Transfer(
            Files.createDirectory(folder.resolve("work")), folder.resolve("partials"), events::add);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path fetch() throws ModelException {
    return new Downloader(IMPATIENT, List.of())
        .fetch("tiny", wanted, List.of(new SourceSpec.Url(server.url("/file"))), transfer);
  }

  private ModelException failure() {
    return catchThrowableOfType(ModelException.class, this::fetch);
  }

  @Test
  void shouldBeginAgainWhereTheFileHasAnotherTagThanBefore() throws Exception {
    // Given the half of another file, by its tag
    server.tag = "\"old\"";
    content[0]++;
    server.then(server.truncateAt(100_000)).then(FileServer.status(404));
    assertThat(failure().kind()).isEqualTo(Kind.UNREACHABLE);
    content[0]--;
    server.tag = "\"new\"";

    // When
    Path file = fetch();

    // Then nothing of it was used, and nothing was fetched twice
    assertThat(file).hasBinaryContent(content);
    assertThat(server.ranges).hasSize(3);
    assertThat(server.ranges.get(2)).isEqualTo("bytes=100000-");
  }

  @Test
  void shouldFetchOnceMoreWhatWasPutTogetherOfTwoFiles() throws Exception {
    // Given a server without tags, and the half of another file
    Files.createDirectories(transfer.partials());
    byte[] other = Arrays.copyOf(content, 1000);
    other[0]++;
    Files.write(transfer.partial(wanted), other);

    // Then
    assertThat(fetch()).hasBinaryContent(content);
    assertThat(server.ranges).containsExactly("bytes=1000-", "");
    assertThat(events).hasAtLeastOneElementOfType(PullEvent.Failed.class);
  }

  @Test
  void shouldStopAServerThatSendsTooMuch() {
    server.then(server.tooMuch());
    ModelException error = failure();
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error).hasMessageContaining("sends more than the expected 300000 bytes");
  }

  @Test
  void shouldGiveUpOnAServerThatWantsAPauseThatIsTooLong() throws Exception {
    server.then(FileServer.busy(3600)).then(FileServer.busy(3600));
    assertThat(failure())
        .hasMessageContaining("status 429 (2 attempts); the server asks for a pause of 3600 s");
    server.then(FileServer.busy(0));
    assertThat(fetch()).hasBinaryContent(content);
  }

  @Test
  void shouldGiveUpOnAServerThatAlwaysBreaksOffAtTheSamePlace() {
    for (int i = 0; i < 4; i++) {
      server.then(server.truncateAt(100_000));
    }
    assertThat(failure())
        .hasMessageContaining("the transfer broke off after 100000 of 300000 bytes");
    assertThat(transfer.partial(wanted)).hasSize(100_000);
  }

  @Test
  void shouldNotAskAgainWhereItIsForbidden() {
    server.then(FileServer.status(403));
    assertThat(failure()).hasMessageContaining("status 403");
    assertThat(server.ranges).hasSize(1);
  }

  @Test
  void shouldGoByTheProxyThatJavaOrTheEnvironmentNames() throws Exception {
    Assumptions.assumeTrue(
        System.getenv("http_proxy") == null && System.getenv("HTTP_PROXY") == null);
    ProxySelector before = ProxySelector.getDefault();
    // Given a proxy that is the server: it is asked for another's address
    URI proxy = URI.create(server.url(""));
    ProxySelector.setDefault(through(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
    try {
      Path file =
          new Downloader(IMPATIENT, List.of())
              .fetch(
                  "tiny",
                  wanted,
                  List.of(new SourceSpec.Url("http://models.example.invalid/file")),
                  transfer);
      assertThat(file).hasBinaryContent(content);
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  private static ProxySelector through(InetSocketAddress address) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(new Proxy(Proxy.Type.HTTP, address));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress at, IOException failure) {
        throw new AssertionError(failure);
      }
    };
  }

  @Test
  void shouldFollowOnlyToWhereItIsAsSafe() throws Exception {
    HttpTarget target =
        new HttpTarget(URI.create("https://a.example/x"), Optional.of("Bearer t"), Redirects.FREE);
    assertThat(target.redirected(to("/y")).authorization()).contains("Bearer t");
    assertThat(target.redirected(to("https://A.example/y")).authorization()).isPresent();
    for (String other :
        List.of("https://b.example/y", "https://a.example:8443/y", "//b.example/y")) {
      assertThat(target.redirected(to(other)).authorization()).as(other).isEmpty();
    }
    for (String unsafe : List.of("http://a.example/y", "file:/etc/passwd", "ftp://a.example/y")) {
      assertThat(
              catchThrowableOfType(ModelException.class, () -> target.redirected(to(unsafe)))
                  .kind())
          .isEqualTo(Kind.UNTRUSTED);
    }
  }

  private static HttpHeaders to(String location) {
    return HttpHeaders.of(Map.of("Location", List.of(location)), (name, value) -> true);
  }
}
