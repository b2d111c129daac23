package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.source.NetworkSettings.HubSettings;
import dev.bantam.models.source.NetworkSettings.Login;
import dev.bantam.models.source.Secret;
import dev.bantam.testkit.CertificateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code oci:} against Debian's docker-registry, and a service for tokens of our own. */
@Timeout(120)
class RegistryIT {

  private static final Map<String, byte[]> FILES =
      Map.of("release.json", TinyRelease.DOCUMENT, "m.gguf", TinyRelease.FILE);

  @TempDir Path folder;

  private final List<PullEvent> events = new ArrayList<>();
  private CertificateAuthority authority;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = CertificateAuthority.create(folder.resolve("authority"), "test");
    Files.writeString(folder.resolve("password"), RegistryServer.PASSWORD + "\n");
    Files.writeString(folder.resolve("wrong"), "wrong\n");
  }

  private InstalledModel obtain(String host, String what, Map<String, Login> logins)
      throws ModelException {
    NetworkSettings network =
        new NetworkSettings(Optional.of(authority.caFile()), HubSettings.DEFAULT, logins);
    return TinyRelease.obtain(
        folder.resolve("models"),
        "oci://%s/bantam/".formatted(host),
        network,
        TinyRelease.order("oci://%s/%s".formatted(host, what)),
        events::add);
  }

  private ModelException failure(String host, String what, Map<String, Login> logins) {
    return catchThrowableOfType(ModelException.class, () -> obtain(host, what, logins));
  }

  @Test
  void shouldFetchAnArtifactThatAnybodyMayHave() throws Exception {
    try (RegistryServer registry =
        RegistryServer.start(authority, folder.resolve("registry"), false)) {
      registry.push("bantam/tiny", "2", FILES);
      registry.push("bantam/other", "1", Map.of("readme", TinyRelease.FILE));
      registry.push("else/tiny", "2", FILES);
      String host = registry.host();

      assertThat(failure(host, "else/tiny:2", Map.of()).kind()).isEqualTo(Kind.UNTRUSTED);
      assertThat(failure(host, "bantam/tiny:3", Map.of())).hasMessageContaining("status 404");
      assertThat(failure(host, "bantam/other:1", Map.of()))
          .hasMessageContaining("has no file release.json; it has: [readme]");
      assertThat(obtain(host, "bantam/tiny:2", Map.of()).reference()).hasToString("tiny:2");
    }
  }

  @Test
  void shouldFetchByDigestAsAUser() throws Exception {
    try (RegistryServer registry =
        RegistryServer.start(authority, folder.resolve("registry"), true)) {
      registry.push("bantam/tiny", "2", FILES);
      String host = registry.host();
      Login user = new Login(RegistryServer.USER, Secret.inFile(folder.resolve("password")));
      Login wrong = new Login(RegistryServer.USER, Secret.inFile(folder.resolve("wrong")));
      String byDigest = "bantam/tiny@" + registry.digest("bantam/tiny", "2").orElseThrow();

      assertThat(failure(host, byDigest, Map.of()))
          .hasMessageContaining("status 401; a private registry wants a user");
      assertThat(failure(host, byDigest, Map.of(host, wrong))).hasMessageContaining("status 401");
      assertThat(obtain(host, byDigest, Map.of(host, user)).version()).isEqualTo("2");
      assertThat(events.toString()).doesNotContain(RegistryServer.PASSWORD);
    }
  }
}
