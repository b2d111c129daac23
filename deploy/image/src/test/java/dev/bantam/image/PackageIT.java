package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.testkit.Mosquitto;
import dev.bantam.testkit.NotificationReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release of this machine's architecture, made by its script: package and tarball are unpacked
 * and run, with Java and nothing else of the checkout, and what goes with them is checked.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackageIT {

  private static final Duration BUILD = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path PACKAGE = BantamProcess.root().resolve("deploy/package");

  private final ObjectMapper json = new ObjectMapper();
  private Path folder;
  private Path release;
  private Path debian;
  private Path tarball;
  private Path unpacked;
  private String arch;

  @BeforeAll
  void release(@TempDir Path temporary) throws Exception {
    Programs.need("dpkg-deb", "dpkg");
    folder = temporary;
    arch = BantamProcess.run(LIMIT, "dpkg", "--print-architecture").output().strip();
    Path key = folder.resolve("our-key");
    Programs.done(
        BantamProcess.bantam(folder.resolve("home"), "model", "keygen", "--out", key.toString()),
        BUILD);
    release = folder.resolve("release");
    Programs.done(
        BUILD, script("release"), "--key", key + ".pem", "--out", release.toString(), arch);
    debian = only("bantam_*.deb");
    tarball = only("bantam-*.tar.gz");
    unpacked = Files.createDirectories(folder.resolve("unpacked"));
    Programs.done(LIMIT, "dpkg-deb", "-x", debian.toString(), unpacked.toString());
  }

  private static String script(String name) {
    return PACKAGE.resolve(name).toString();
  }

  private Path only(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(release)) {
      return files
          .filter(file -> file.getFileSystem().getPathMatcher("glob:**/" + pattern).matches(file))
          .reduce(
              (one, other) -> {
                throw new AssertionError(one + " and " + other);
              })
          .orElseThrow();
    }
  }

  /**
   * The installed command, in an environment that has Java's folder and nothing of the checkout.
   */
  private BantamProcess installed(Path program, Map<String, String> environment, String... rest) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "-i",
                "PATH=/usr/bin:/bin",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "BANTAM_HOME=" + folder.resolve("device")));
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.add(program.toString());
    command.addAll(Arrays.asList(rest));
    return BantamProcess.start(command, Map.of());
  }

  private BantamProcess installed(String... rest) {
    return Programs.done(installed(unpacked.resolve("usr/bin/bantam"), Map.of(), rest), LIMIT);
  }

  @Test
  void shouldHaveTheSameBytesEachTime() throws IOException {
    Path again = folder.resolve("again");

    Programs.done(BUILD, script("build"), arch, "--out", again.toString());

    for (Path file : List.of(debian, tarball)) {
      assertThat(Files.mismatch(file, again.resolve(file.getFileName())))
          .as("" + file)
          .isEqualTo(-1);
    }
  }

  @Test
  void shouldSayWhatItIsAndNeeds() {
    String fields = Programs.done(LIMIT, "dpkg-deb", "-f", debian.toString()).output();
    String files = Programs.done(LIMIT, "dpkg-deb", "-c", debian.toString()).output();

    assertThat(fields)
        .contains("Package: bantam\n", "Version: 0.1.0", "Architecture: " + arch + "\n")
        .contains("Depends: openjdk-17-jre-headless | java17-runtime-headless,");
    assertThat(Programs.done(LIMIT, "dpkg-deb", "-I", debian.toString(), "conffiles").output())
        .isEqualTo("/etc/bantam/bantam.yaml\n");
    assertThat(files)
        .contains(
            "/usr/lib/systemd/system/bantam.service", "/usr/lib/bantam/native/libtokenizers.so")
        .contains("./usr/bin/bantam -> ../lib/bantam/bin/bantam")
        .containsPattern("-rw-r----- root/root .* ./etc/bantam/bantam.yaml")
        .doesNotContain(".dll", ".dylib", "testkit", "langchain4j", "/app/");
    assertThat(files.lines().filter(line -> !line.contains(" root/root "))).isEmpty();
  }

  @Test
  void shouldServeWhereItIsUnpacked() throws Exception {
    assertThat(installed("--version").output()).contains("bantam 0.1.0", "ONNX Runtime 1.");
    installed("config", "check", unpacked.resolve("etc/bantam/bantam.yaml").toString());
    Path bundle = folder.resolve("models.bundle");
    String model = "all-minilm-l6-v2-int8";
    for (String[] command :
        new String[][] {
          {"model", "pull", model}, {"model", "export", model, "--to", bundle.toString()}
        }) {
      Programs.done(BantamProcess.bantam(folder.resolve("home"), command), BUILD);
    }
    installed("model", "import", bundle.toString());
    assertThat(installed("doctor").output())
        .contains("ok       natives", "int8:1@onnx-int8, an encoder");

    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        NotificationReceiver systemd =
            NotificationReceiver.start(folder, folder.resolve("notify").toString());
        BantamProcess device = service(broker, systemd)) {
      device.awaitText("serving", LIMIT);

      String[] question =
          new MosquittoClients(broker.port())
              .request(
                  "bantam/v1/device/gateway-1", "classify", "-m", "Water drips from the pipe.");
      assertThat(BantamProcess.run(LIMIT, question).output())
          .as(device.toString())
          .contains("leak");

      assertThat(device.stop()).as(device.toString()).isZero();
      assertThat(systemd.messages()).contains("READY=1", "STOPPING=1");
      assertThat(systemd.senders()).containsExactly(device.pid());
    }
  }

  /** As the unit starts it, with the site's configuration that the package brings. */
  private BantamProcess service(Mosquitto broker, NotificationReceiver systemd) throws IOException {
    String unit = Files.readString(unpacked.resolve("usr/lib/systemd/system/bantam.service"));
    String start =
        unit.lines().filter(line -> line.startsWith("ExecStart=")).findFirst().orElseThrow();
    assertThat(start).endsWith(" /etc/bantam/bantam.yaml");
    String[] arguments = start.split(" ");
    Path config = unpacked.resolve("etc/bantam/bantam.yaml");
    String published = Files.readString(config);
    assertThat(published).contains("mqtt://127.0.0.1:1883");
    arguments[arguments.length - 1] =
        Files.writeString(
                folder.resolve("bantam.yaml"),
                published.replace("mqtt://127.0.0.1:1883", broker.url())
                    + "profile: "
                    + EncoderSite.profile(folder)
                    + "\n")
            .toString();
    return installed(
        unpacked.resolve("usr/bin/bantam"),
        Map.of("NOTIFY_SOCKET", systemd.address()),
        Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  @Test
  void shouldRunOutOfATarballInAnyFolder() throws IOException {
    Path anywhere = Files.createDirectories(folder.resolve("a folder & more"));
    Programs.done(LIMIT, "tar", "-xzf", tarball.toString(), "-C", anywhere.toString());

    Path program = anywhere.resolve("bantam-0.1.0-SNAPSHOT/bin/bantam");
    BantamProcess version = Programs.done(installed(program, Map.of(), "--version"), LIMIT);

    assertThat(version.output()).contains("bantam 0.1.0", "ONNX Runtime 1.");
    assertThat(program.resolveSibling("../bantam.service")).exists();
  }

  @Test
  void shouldBeSignedSoThatOpensslCanTell() throws IOException {
    String check =
        """
        set -e
        cut -d : -f 2 SHA256SUMS.sig | base64 -d > ../signature
        openssl pkeyutl -verify -pubin -inkey ../our-key.pub.pem -rawin -in "$0" -sigfile ../signature
        sha256sum -c SHA256SUMS
        """;
    String there = "cd '%s'\n".formatted(release);

    assertThat(Programs.done(LIMIT, "bash", "-c", there + check, "SHA256SUMS").output())
        .contains(
            "Signature Verified Successfully", debian.getFileName() + ": OK", ".cdx.json: OK");
    Path other = Files.writeString(folder.resolve("other"), "0000  bantam.deb\n");
    assertThat(BantamProcess.run(LIMIT, "bash", "-c", there + check, "" + other).exitStatus(LIMIT))
        .isNotZero();
  }

  @Test
  void shouldListWhatIsInItAndUnderWhichLicences() throws IOException {
    Path sbom = only("*.cdx.json");
    JsonNode components = json.readTree(sbom.toFile()).get("components");

    List<String> names = new ArrayList<>();
    components.forEach(each -> names.add(each.get("name").asText()));
    assertThat(names)
        .contains("onnxruntime", "tokenizers", "sqlite-jdbc", "vertx-core", "bantam-cli")
        .doesNotContain(
            "junit-jupiter", "assertj-core", "bantam-testkit", "error_prone_annotations");
    assertThat(components)
        .filteredOn(each -> each.get("type").asText().equals("machine-learning-model"))
        .hasSize(3)
        .allMatch(model -> model.findPath("content").asText().length() == 64, "has a digest")
        .allMatch(model -> model.at("/licenses/0/license/id").asText().equals("Apache-2.0"));
    assertThat(Programs.done(LIMIT, script("licences"), sbom.toString()).output())
        .as("deploy/package/THIRD-PARTY.txt")
        .isEqualTo(Files.readString(PACKAGE.resolve("THIRD-PARTY.txt")));
  }

  @Test
  void shouldListDebiansPackagesOfAnImage() throws IOException {
    String image =
        """
        set -e
        mkdir -p image/app/lib image/var/lib/dpkg/status.d
        cd image
        touch app/lib/one-1.0.jar
        printf 'Package: libc6\nVersion: 2.36-9\nArchitecture: amd64\nDescription: a\n b: c\n' > var/lib/dpkg/status.d/libc6
        printf '[{"Layers":["base.tar","app.tar.gz"]}]' > manifest.json
        tar -cf base.tar var
        tar -czf app.tar.gz app
        tar -cf ../image.tar manifest.json base.tar app.tar.gz
        """;
    Programs.done(LIMIT, "bash", "-c", "cd '%s'\n".formatted(folder) + image);
    Path bom = folder.resolve("bom.json");
    String known =
        "{\"metadata\":{\"component\":{\"bom-ref\":\"r\"}},\"dependencies\":[],\"components\":[{\"bom-ref\":\"o\",\"name\":\"%s\",\"version\":\"1.0\",\"purl\":\"pkg:maven/a/one@1.0?type=jar\"}]}";
    Path sbom = folder.resolve("image.json");
    String[] command = {
      script("sbom"), folder.resolve("image.tar").toString(), sbom.toString(), bom.toString()
    };

    Files.writeString(bom, known.formatted("one"));
    Programs.done(LIMIT, command);
    assertThat(json.readTree(sbom.toFile()).get("components").findValuesAsText("purl"))
        .containsExactly("pkg:deb/debian/libc6@2.36-9?arch=amd64", "pkg:maven/a/one@1.0?type=jar");

    Files.writeString(bom, known.formatted("other"));
    assertThat(BantamProcess.run(LIMIT, command).errors()).contains("knows nothing of one-1.0.jar");
  }

  @Test
  void shouldRefuseALicenceThatIsNotPermittedAndNoneAtAll() throws IOException {
    Path sbom = only("*.cdx.json");
    for (String licences : List.of("[{\"license\":{\"id\":\"GPL-3.0-only\"}}]", "[]")) {
      ObjectNode altered = (ObjectNode) json.readTree(sbom.toFile());
      for (JsonNode component : altered.get("components")) {
        if (component.get("name").asText().equals("vertx-core")) {
          ((ObjectNode) component).set("licenses", json.readTree(licences));
        }
      }
      Path written = folder.resolve("altered.json");
      json.writeValue(written.toFile(), altered);

      BantamProcess check =
          BantamProcess.run(LIMIT, script("licences"), written.toString(), "--check");

      assertThat(check.exitStatus(LIMIT)).as(check.toString()).isEqualTo(1);
      assertThat(check.errors()).contains("io.vertx:vertx-core", "not permitted");
    }
  }
}
