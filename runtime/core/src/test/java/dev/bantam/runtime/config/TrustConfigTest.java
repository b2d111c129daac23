package dev.bantam.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.documents.ReadResult;
import dev.bantam.models.ModelException;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.source.NetworkSettings.HubSettings;
import dev.bantam.models.source.NetworkSettings.Login;
import dev.bantam.models.source.Secret;
import dev.bantam.models.trust.SigningKey;
import dev.bantam.runtime.SiteModels;
import dev.bantam.testkit.CertificateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TrustConfigTest {

  private static final String CATALOG = "format: 1\nmodels: []\n";

  @TempDir Path folder;

  private final SiteConfigReader reader = new SiteConfigReader();

  @BeforeEach
  void makeKeys() throws Exception {
    SigningKey.generate(folder.resolve("key.pem"), folder.resolve("key.pub.pem"));
    Files.writeString(folder.resolve("models.yaml"), CATALOG);
  }

  private SiteConfig valid(String more) {
    return reader
        .read("bantam.yaml", "device: a\nmqtt: {url: mqtt://broker}\n" + more, folder)
        .orElseThrow(IllegalArgumentException::new);
  }

  private String report(String more) {
    ReadResult<SiteConfig> result =
        reader.read("bantam.yaml", "device: a\nmqtt: {url: mqtt://broker}\n" + more, folder);
    assertThat(result).isInstanceOf(ReadResult.Invalid.class);
    return ((ReadResult.Invalid<SiteConfig>) result).report();
  }

  @Test
  void shouldReadWhatMayBeFetchedAndWhoMustHaveSignedIt() {
    // When
    SiteConfig site =
        valid(
            """
            models:
              sources: ["https://Models.example/bantam/", "file:/srv/models/", "pypi:tiny"]
              trusted_keys: {key: {file: key.pub.pem}}
              require_signed: true
              allow_downgrade: false
              keep: 3
              hub: {endpoint: "https://hub.example", token_file: key.pub.pem}
              registries:
                "registry.example:5000": {username: bantam, password_file: key.pub.pem}
            plugins:
              trusted_keys: {key: {file: key.pub.pem}}
              require_signed: true
            """);

    // Then
    ModelsConfig models = site.models();
    assertThat(models.pulling().sources())
        .hasToString("https://models.example/bantam/, file:/srv/models/, pypi:tiny");
    assertThat(models.pulling().keys().keys()).containsOnlyKeys("key");
    assertThat(models.pulling().requireSigned()).isTrue();
    assertThat(models.pulling().allowDowngrade()).contains(false);
    Secret secret = Secret.inFile(folder.resolve("key.pub.pem"));
    assertThat(models.pulling().network())
        .isEqualTo(
            new NetworkSettings(
                Optional.empty(),
                new HubSettings(Optional.of("https://hub.example"), Optional.of(secret)),
                Map.of("registry.example:5000", new Login("bantam", secret))));
    assertThat(models.keep()).isEqualTo(3);
    assertThat(site.pluginSigners()).isPresent();
    assertThat(valid("").models()).isEqualTo(ModelsConfig.DEFAULTS);
    assertThat(valid("models: {trusted_keys: {key: {file: key.pub.pem}}}").pluginSigners())
        .isEqualTo(Optional.empty());
  }

  @Test
  void shouldRefuseWhatIsNoPlaceNoKeyAndNoAuthority() throws Exception {
    Files.writeString(folder.resolve("text"), "no key");
    assertThat(
            report(
                """
                models:
                  sources:
                    - https://models.example/bantam
                    - https://user@models.example/
                    - file:models/
                    - pypi:../x
                  trusted_keys:
                    none: {file: none.pem}
                    private: {file: key.pem}
                    text: {file: text}
                    Big: {file: key.pub.pem}
                    more: {file: key.pub.pem, path: x}
                  ca_file: text
                  sauces: []
                  hub: {endpoint: ftp://hub, token_file: none, token_env: BANTAM_NO_SUCH}
                  registries:
                    registry.example: {username: u}
                plugins:
                  trusted_keys: {key: {file: key.pub.pem}}
                """))
        .contains(
            "bantam.yaml:4: models.sources: \"https://models.example/bantam\" has no / at its end; write \"https://models.example/bantam/\"",
            "\"https://user@models.example/\" is no address",
            "\"file:models/\" is no address",
            "\"pypi:../x\" names no package",
            "bantam.yaml:10: models.trusted_keys.none.file: there is no readable file",
            "bantam.yaml:11: models.trusted_keys.private.file: "
                + folder.resolve("key.pem")
                + " holds a private key, wanted is a public key of Ed25519",
            "bantam.yaml:12: models.trusted_keys.text.file: there is no key in",
            "bantam.yaml:14: models.trusted_keys.more.path: unknown key",
            "bantam.yaml:15: models.ca_file: ",
            "bantam.yaml:16: models.sauces: unknown key",
            "bantam.yaml:17: models.hub.endpoint: \"ftp://hub\" is no https: address",
            "models.hub.token_file: there is no readable file",
            "models.hub.token_env: says the same as the key token_file; keep one",
            "models.hub.token_env: the environment variable BANTAM_NO_SUCH is not set",
            "registry.example: a user goes with a password",
            "bantam.yaml:21: plugins.trusted_keys: has no effect without \"require_signed: true\"");
    assertThat(report("models: {require_signed: true}"))
        .contains("models.require_signed: nothing could be taken");
  }

  @Test
  void shouldTakeASitesCatalogOnlyIfItIsSignedWhereAllMustBe() throws Exception {
    // Given
    SiteConfig site =
        valid(
            """
            models:
              catalogs: [models.yaml]
              trusted_keys: {key: {file: key.pub.pem}}
              require_signed: true
            """);

    // Then
    assertThatThrownBy(() -> SiteModels.open(site, folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("models.yaml is not signed");
    Files.writeString(
        folder.resolve("models.yaml.sig"),
        SigningKey.read(folder.resolve("key.pem"), "key").sign(CATALOG.getBytes()).toString());
    assertThat(SiteModels.open(site, folder).catalog().entries()).isNotEmpty();
    Files.writeString(folder.resolve("models.yaml"), CATALOG + "# changed\n");
    assertThatThrownBy(() -> SiteModels.open(site, folder))
        .hasMessageContaining("is not one of the key \"key\"");
  }

  @Test
  void shouldTakeThePagesExample() throws Exception {
    // Given
    String page =
        Files.readString(
            Path.of(System.getProperty("bantam.root")).resolve("runtime/docs/security.md"));
    String example =
        Pattern.compile("(?ms)^```yaml\n(.*?)^```")
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .filter(text -> text.contains("trusted_keys:"))
            .findFirst()
            .orElseThrow();
    Files.copy(folder.resolve("key.pub.pem"), folder.resolve("our-key.pub.pem"));
    Path unused = CertificateAuthority.create(folder, "our authority").caFile();

    // Then
    assertThat(reader.read("security.md", example, folder)).isInstanceOf(ReadResult.Valid.class);
  }
}
