package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.source.NetworkSettings.HubSettings;
import dev.bantam.models.source.NetworkSettings.Login;
import dev.bantam.models.source.Secret;
import dev.bantam.models.store.Sha256;
import dev.bantam.testkit.CertificateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose tokens come from a service elsewhere, and whose files from a storage. */
@Timeout(60)
class RegistryTokenTest {

  private static final String DIGEST = "sha256:" + Sha256.of(TinyRelease.FILE);
  private static final String DOCUMENT = "sha256:" + Sha256.of(TinyRelease.DOCUMENT);

  @TempDir static Path shared;
  @TempDir Path folder;

  private static CertificateAuthority authority;
  private static Path identity;
  private TlsServer registry;
  private TlsServer tokens;
  private TlsServer storage;
  private String manifestFile = DIGEST;

  @BeforeAll
  static void makeAuthority() {
    authority = CertificateAuthority.create(shared.resolve("authority"), "test");
    identity = TlsServer.identity(authority, shared);
  }

  @BeforeEach
  void start() throws Exception {
    storage = new TlsServer(identity, exchange -> TlsServer.send(exchange, TinyRelease.FILE));
    tokens =
        new TlsServer(
            identity, exchange -> TlsServer.send(exchange, bytes("{\"token\": \"t0ken\"}")));
    registry = new TlsServer(identity, this::answer);
    Files.writeString(folder.resolve("password"), "p");
  }

  @AfterEach
  void stop() {
    registry.close();
    tokens.close();
    storage.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!"Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      TlsServer.challenge(
          exchange,
          "Bearer realm=\"%s\",service=\"our registry\",scope=\"repository:bantam/tiny:pull\""
              .formatted(tokens.url("/token")));
    } else if (path.equals("/v2/bantam/tiny/manifests/2")) {
      TlsServer.send(
          exchange,
          bytes(
              """
              {"layers": [
                {"digest": "%s", "annotations": {"org.opencontainers.image.title": "release.json"}},
                {"digest": "%s"}, {"digest": "sha256:../../x"}]}
              """
                  .formatted(DOCUMENT, manifestFile)));
    } else if (path.endsWith(DOCUMENT)) {
      TlsServer.send(exchange, TinyRelease.DOCUMENT);
    } else {
      TlsServer.redirect(exchange, storage.url("/stored"));
    }
  }

  private InstalledModel obtain() throws ModelException {
    NetworkSettings network =
        new NetworkSettings(
            Optional.of(authority.caFile()),
            HubSettings.DEFAULT,
            Map.of(registry.host(), new Login("u", Secret.inFile(folder.resolve("password")))));
    return TinyRelease.obtain(
        folder.resolve("models"),
        "oci://%s/bantam/".formatted(registry.host()),
        network,
        TinyRelease.order("oci://%s/bantam/tiny:2".formatted(registry.host())),
        PullListener.NONE);
  }

  @Test
  void shouldAskTheServiceForATokenAndShowItToTheRegistryAlone() throws Exception {
    assertThat(obtain().version()).isEqualTo("2");
    assertThat(tokens.asked)
        .allMatch(
            line ->
                line.equals(
                    "/token?service=our+registry&scope=repository%3Abantam%2Ftiny%3Apull Basic dTpw"));
    assertThat(registry.asked).filteredOn(line -> line.contains("Basic")).isEmpty();
    assertThat(storage.asked).containsExactly("/stored -");
  }

  @Test
  void shouldRefuseAnArtifactWithoutTheFile() {
    manifestFile = "sha256:" + "0".repeat(64);
    ModelException error = catchThrowableOfType(ModelException.class, this::obtain);
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error).hasMessageContaining("has no file of sha256");
  }
}
