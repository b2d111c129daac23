package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.source.NetworkSettings.HubSettings;
import dev.bantam.models.source.Secret;
import dev.bantam.testkit.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code hf:} against a server with the public hub's paths: small files itself, large ones by a
 * redirect to another server. The hub itself is not asked by any test.
 */
@Timeout(60)
class HubTest {

  private static final String TOKEN = "hf_secretsecretsecret";

  @TempDir static Path shared;
  @TempDir Path folder;

  private final List<PullEvent> events = new ArrayList<>();
  private static CertificateAuthority authority;
  private static Path identity;
  private TlsServer hub;
  private TlsServer storage;
  private boolean isGated = true;

  @BeforeAll
  static void makeAuthority() {
    authority = CertificateAuthority.create(shared.resolve("authority"), "test");
    identity = TlsServer.identity(authority, shared);
  }

  @BeforeEach
  void start() throws Exception {
    storage = new TlsServer(identity, exchange -> TlsServer.send(exchange, TinyRelease.FILE));
    hub = new TlsServer(identity, this::answer);
    Files.writeString(folder.resolve("token"), TOKEN + "\n");
  }

  @AfterEach
  void stop() {
    hub.close();
    storage.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean isKnown =
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    String path = exchange.getRequestURI().getPath();
    if (isGated && !isKnown) {
      exchange.sendResponseHeaders(401, -1);
    } else if (path.equals("/our/tiny/resolve/v2/release.json")) {
      TlsServer.send(exchange, TinyRelease.DOCUMENT);
    } else if (path.equals("/our/tiny/resolve/v2/m.gguf")) {
      TlsServer.redirect(exchange, storage.url("/blobs/abc?signed=yes"));
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private InstalledModel obtain(String source, Optional<Secret> token) throws ModelException {
    NetworkSettings network =
        new NetworkSettings(
            Optional.of(authority.caFile()),
            new HubSettings(Optional.of(hub.url("")), token),
            Map.of());
    return TinyRelease.obtain(
        folder.resolve("models"), "hf:our/", network, TinyRelease.order(source), events::add);
  }

  private ModelException failure(String source, Optional<Secret> token) {
    return catchThrowableOfType(ModelException.class, () -> obtain(source, token));
  }

  @Test
  void shouldFetchWithATokenThatOnlyTheHubSees() throws Exception {
    // When
    InstalledModel model =
        obtain("hf:our/tiny@v2/release.json", Optional.of(Secret.inFile(folder.resolve("token"))));

    // Then
    assertThat(model.reference()).hasToString("tiny:2");
    // The release, its signature if there is one, and the file
    assertThat(hub.asked).allMatch(line -> line.endsWith(" Bearer " + TOKEN)).hasSize(3);
    assertThat(storage.asked).containsExactly("/blobs/abc?signed=yes -");
    assertThat(events.toString()).doesNotContain(TOKEN);
  }

  @Test
  void shouldSayThatATokenIsMissingOrNotThere() {
    assertThat(failure("hf:our/tiny@v2/release.json", Optional.empty()))
        .hasMessageContaining("status 401; a private or gated repository wants a token");
    assertThat(
            failure(
                "hf:our/tiny@v2/release.json", Optional.of(Secret.inFile(folder.resolve("none")))))
        .hasMessageContaining("cannot read the token or password in");
  }

  @Test
  void shouldFetchWithoutATokenWhatAnybodyMayHave() throws Exception {
    isGated = false;
    assertThat(failure("hf:our/other/release.json", Optional.empty()).kind())
        .isEqualTo(Kind.UNREACHABLE);
    assertThat(hub.asked).containsExactly("/our/other/resolve/main/release.json -");
    assertThat(obtain("hf:our/tiny@v2/release.json", Optional.empty()).version()).isEqualTo("2");
  }

  @Test
  void shouldNameTheKeyForAnAuthorityThatIsNotKnown() {
    NetworkSettings network =
        new NetworkSettings(
            Optional.empty(),
            new HubSettings(Optional.of(hub.url("")), Optional.empty()),
            Map.of());
    ModelException error =
        catchThrowableOfType(
            ModelException.class,
            () ->
                TinyRelease.obtain(
                    folder.resolve("models"),
                    "hf:our/",
                    network,
                    TinyRelease.order("hf:our/tiny@v2/release.json"),
                    events::add));
    assertThat(error)
        .hasMessageContaining("no encrypted connection with \"" + hub.host())
        .hasMessageContaining("models.ca_file");
  }

  @Test
  void shouldNotAskForOtherRepositories() {
    for (String source :
        List.of(
            "hf:ours/tiny@v2/release.json",
            "hf:our/../other/tiny/release.json",
            "hf:our/tiny@../x/release.json",
            "hf:our/tiny@v2/../../x",
            "hf:our@x/tiny/release.json",
            "hf:our/tiny@v2?x/release.json",
            "hf://our/tiny@v2/release.json")) {
      assertThat(failure(source, Optional.empty()).kind()).as(source).isEqualTo(Kind.UNTRUSTED);
    }
    assertThat(hub.asked).isEmpty();
  }
}
