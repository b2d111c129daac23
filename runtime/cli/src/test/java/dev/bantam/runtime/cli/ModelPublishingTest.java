package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From keys to an installed model: {@code keygen}, {@code release}, {@code sign}, {@code pull}. */
@Timeout(120)
class ModelPublishingTest {

  private static final Path ROOT = Path.of(System.getProperty("bantam.root"));
  private static final Path GGUF =
      ROOT.resolve("runtime/models/src/test/resources/families/gpt2-two-heads/quantized.gguf");

  @TempDir Path folder;

  private CommandRun model(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "model";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(folder.resolve("home"), all);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private CommandRun release(Path model, String version) {
    return model(
        "release",
        model.toString(),
        "--name",
        "g",
        "--version",
        version,
        "--license",
        "MIT",
        "--to",
        path("site"),
        "--json");
  }

  @Test
  void shouldMakeKeysThatOnlyTheirOwnerMayRead() throws IOException {
    CommandRun made = model("keygen", "--out", path("our-key"));
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).contains("models: {trusted_keys: {our-key: {file: our-key.pub.pem}}}");
    assertThat(Files.getPosixFilePermissions(folder.resolve("our-key.pem")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    String before = Files.readString(folder.resolve("our-key.pem"));
    CommandRun again = model("keygen", "--out", path("our-key"));
    assertThat(again.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(Files.readString(folder.resolve("our-key.pem"))).isEqualTo(before);
    assertThat(model("keygen", "--out", path("Our Key")).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldPublishSignAndPullAndRefuseWhatWasTamperedWith() throws Exception {
    // Given a site that takes only what is signed
    model("keygen", "--out", path("our-key"));
    CommandRun released = release(GGUF, "2");
    assertThat(released.exitCode()).as(released.err()).isZero();
    Path release = folder.resolve("site/g/2/release.json");
    String sha256 = released.json().get("sha256").asText();
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"),
            """
            device: a
            mqtt: {url: mqtt://broker}
            models:
              sources: ["file:%s/"]
              trusted_keys: {our-key: {file: our-key.pub.pem}}
              require_signed: true
            """
                .formatted(folder.resolve("site")));
    String[] pull = {
      "pull",
      "g:2",
      "--source",
      "file:" + release,
      "--sha256",
      sha256,
      "--config",
      config.toString()
    };

    // When and then
    CommandRun unsigned = model(pull);
    assertThat(unsigned.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(unsigned.err()).contains("release.json is not signed", "our-key");
    CommandRun signed = model("sign", release.toString(), "--key", path("our-key.pem"));
    assertThat(signed.out()).contains("our-key:");
    Path weights = folder.resolve("site/g/2/quantized.gguf");
    byte[] good = Files.readAllBytes(weights);
    byte[] bad = good.clone();
    bad[bad.length - 1] ^= 1;
    Files.write(weights, bad);
    CommandRun tampered = model(pull);
    assertThat(tampered.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(tampered.err()).contains("has the wrong content: expected sha256");
    Files.write(weights, good);
    CommandRun pulled = model(pull);
    assertThat(pulled.exitCode()).as(pulled.err()).isZero();
    assertThat(pulled.out()).contains("g:2 is installed (licence: MIT)");
    CommandRun decoded =
        CommandRun.of(
            folder.resolve("home"), "decode", "--model", "g", "--tokens", "1", "--new", "1");
    assertThat(decoded.exitCode()).as(decoded.err()).isZero();
  }

  @Test
  void shouldPullAFolderFromAWebServer() throws Exception {
    // Given
    Path model = ROOT.resolve("plugins/text-encoding/src/test/resources/pipelines/bert-tags");
    CommandRun released = release(model, "1");
    assertThat(released.exitCode()).as(released.err()).isZero();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
    try {
      // When
      CommandRun pulled =
          model(
              "pull",
              "g",
              "--source",
              "http://127.0.0.1:%d/g/1/release.json".formatted(server.getAddress().getPort()),
              "--sha256",
              released.json().get("sha256").asText());

      // Then
      assertThat(pulled.exitCode()).as(pulled.err()).isZero();
      assertThat(pulled.out()).contains("g:1 is installed");
    } finally {
      server.stop(0);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Path file = folder.resolve("site" + exchange.getRequestURI().getPath());
      byte[] content = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  @Test
  void shouldNeverChangeAVersionAndCountRevisions() throws Exception {
    assertThat(release(GGUF, "1").json().get("revision").asLong()).isEqualTo(1);
    CommandRun again = release(GGUF, "1");
    assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("g:1 is published already");
    assertThat(release(GGUF, "2").json().get("revision").asLong()).isEqualTo(2);
    assertThat(release(folder.resolve("none.gguf"), "3").exitCode()).isEqualTo(ExitCode.USAGE);
    Path text = Files.writeString(folder.resolve("a.gguf"), "no model");
    assertThat(release(text, "3").exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(folder.resolve("site/g/3")).doesNotExist();
  }

  @Test
  void shouldSayWhatIsWrongWithAnOrder() {
    assertThat(model("pull", "g", "--source", "https://models.example/g/release.json").err())
        .contains("a source goes with sha256");
    assertThat(model("pull", "g", "--source", "nonsense", "--sha256", "0".repeat(64)).err())
        .contains("\"nonsense\" is no address that can be taken");
    assertThat(model("sign", path("none"), "--key", path("none.pem")).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldPublishCanariesAndSayWhatIsWrongWithThem() throws Exception {
    Path canaries =
        Files.writeString(
            folder.resolve("canaries.yaml"),
            """
            - task: complete
              request: {prompt: One two, max_tokens: 4, temperature: 0}
              expect: {json_schema: {type: objekt}}
            - task: complete
              request: {prompt: One two}
              expect: {contain: three}
            """);
    String[] release = {
      "release",
      GGUF.toString(),
      "--name",
      "g",
      "--version",
      "1",
      "--license",
      "MIT",
      "--to",
      path("site"),
      "--canary",
      canaries.toString()
    };
    CommandRun refused = model(release);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err())
        .contains("the canaries cannot be used:")
        .contains("canaries.yaml:3: 0.expect.json_schema: is no JSON Schema")
        .contains("canaries.yaml:6: 1.expect.contain: unknown key; did you mean \"contains\"");
    assertThat(folder.resolve("site")).doesNotExist();

    Files.writeString(
        canaries,
        """
        [{"task": "complete", "request": {"prompt": "One two"}, "expect": {"not_empty": true}}]
        """);
    assertThat(model(release).exitCode()).isZero();
    assertThat(Files.readString(folder.resolve("site/g/1/release.json")))
        .contains("\"not_empty\" : true");
    Files.delete(canaries);
    assertThat(model(release).err()).contains("canaries.yaml:1: there is no such file");
  }

  @Test
  void shouldPublishWhatIsInstalledWithItsOwnCanaries() throws Exception {
    // Given
    Path canaries =
        Files.writeString(
            folder.resolve("canaries.yaml"),
            "[{task: complete, request: {prompt: a}, expect: {not_empty: true}}]");
    model("import", GGUF.toString(), "--name", "g");
    model("import", GGUF.toString(), "--name", "g", "--quantize", "8bit");

    // When
    CommandRun one =
        model(
            "release",
            "g@q8",
            "--license",
            "MIT",
            "--canary",
            canaries.toString(),
            "--to",
            path("site"),
            "--json");
    assertThat(one.exitCode()).as(one.err()).isZero();
    String release = one.json().get("release").asText();
    CommandRun pulled =
        CommandRun.of(
            folder.resolve("other"),
            "model",
            "pull",
            "g",
            "--source",
            "file:" + release,
            "--sha256",
            one.json().get("sha256").asText());
    assertThat(pulled.exitCode()).as(pulled.err()).isZero();
    CommandRun again =
        CommandRun.of(
            folder.resolve("other"),
            "model",
            "release",
            "g",
            "--version",
            "next",
            "--to",
            path("site2"),
            "--json");

    // Then
    assertThat(again.exitCode()).as(again.err()).isZero();
    JsonNode document = new ObjectMapper().readTree(new File(again.json().get("release").asText()));
    assertThat(document.get("license").asText()).isEqualTo("MIT");
    assertThat(document.get("canaries")).hasSize(1);
    assertThat(document.get("prepared").get("variants")).hasSize(1);
    assertThat(document.get("prepared").get("variants").get(0).get("variant").asText())
        .isEqualTo("q8");
    CommandRun none = model("release", "none", "--to", path("site"));
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("model \"none\" is not installed");
    assertThat(model("release", GGUF.toString(), "--to", path("site")).err())
        .contains("Add --name NAME --license SPDX");
  }
}
