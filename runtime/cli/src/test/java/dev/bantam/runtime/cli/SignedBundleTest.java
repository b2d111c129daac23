package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.store.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a device that takes only signed models takes out of bundles: from publisher to gateway to
 * gateway, by the command line over real files.
 */
@Timeout(120)
class SignedBundleTest {

  private static final Path GGUF =
      Path.of(System.getProperty("bantam.root"))
          .resolve("runtime/models/src/test/resources/families/gpt2-two-heads/quantized.gguf");
  private static final String PLACE = "models/g/1/";

  @TempDir Path folder;

  private Path bundle;
  private String strict = "";

  private CommandRun run(String home, String... arguments) {
    return CommandRun.of(folder.resolve(home), arguments);
  }

  private CommandRun done(String home, String... arguments) {
    CommandRun run = run(home, arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** A publisher's machine, and a site that takes only what the publisher has signed. */
  @BeforeEach
  void publish() throws Exception {
    bundle = folder.resolve("models.bundle");
    done("publisher", "model", "keygen", "--out", path("our-key"));
    done("publisher", "model", "keygen", "--out", path("other-key"));
    strict = site("strict.yaml", "");
    done("publisher", "model", "import", GGUF.toString(), "--name", "raw");
    release("1", "our-key");
  }

  private String site(String name, String more) throws Exception {
    return Files.writeString(
            folder.resolve(name),
            """
            device: a
            mqtt: {url: mqtt://broker}
            models:
              sources: ["file:%s/"]
              trusted_keys: {our-key: {file: our-key.pub.pem}}
              require_signed: true
            """
                    .formatted(folder.resolve("site"))
                + more)
        .toString();
  }

  private String release(String version, String key) throws Exception {
    CommandRun released =
        done(
            "publisher",
            "model",
            "release",
            "raw",
            "--name",
            "g",
            "--version",
            version,
            "--license",
            "MIT",
            "--to",
            path("site"),
            "--json");
    String release = released.json().get("release").asText();
    if (!key.isEmpty()) {
      done("publisher", "model", "sign", release, "--key", path(key + ".pem"));
    }
    return release;
  }

  private CommandRun pull(String home, String version, String... more) throws Exception {
    Path release = folder.resolve("site/g").resolve(version).resolve("release.json");
    String sha256 = Sha256.of(Files.readAllBytes(release));
    String[] all = {
      "model", "pull", "g:" + version, "--source", "file:" + release, "--sha256", sha256
    };
    return run(home, Stream.concat(Arrays.stream(all), Arrays.stream(more)).toArray(String[]::new));
  }

  private void export(String home, String... models) throws Exception {
    Files.deleteIfExists(bundle);
    String[] all = {"model", "export", "--to", bundle.toString()};
    done(home, Stream.concat(Arrays.stream(all), Arrays.stream(models)).toArray(String[]::new));
  }

  private CommandRun take(String home, String... more) {
    String[] all = {"model", "import", bundle.toString(), "--config", strict};
    return run(home, Stream.concat(Arrays.stream(all), Arrays.stream(more)).toArray(String[]::new));
  }

  private void assertRefused(CommandRun run, String... words) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains(words).doesNotContain("Exception");
    assertThat(run("b", "model", "list").out()).doesNotContain("g:1@");
    assertThat(folder.resolve("b/models/g/1")).doesNotExist();
  }

  /** Changes entries of the bundle: what is null goes. */
  private void change(BiFunction<String, byte[], byte @Nullable []> how) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream zip =
            new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(bundle)));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] content = how.apply(entry.getName(), zip.readAllBytes());
        if (content != null) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          out.write(content);
        }
      }
    }
    Files.write(bundle, bytes.toByteArray());
  }

  private void replace(String entry, String from, String to) throws Exception {
    change(
        (name, content) -> {
          if (!name.equals(entry)) {
            return content;
          }
          String text = new String(content, StandardCharsets.UTF_8);
          assertThat(text).contains(from);
          return text.replace(from, to).getBytes(StandardCharsets.UTF_8);
        });
  }

  @Test
  void shouldStayVerifiableFromGatewayToGateway() throws Exception {
    // Given a gateway that needs no signatures, and one that does
    assertThat(pull("a", "1").exitCode()).isZero();
    export("a", "g");

    // When
    CommandRun first = take("b");
    assertThat(first.exitCode()).as(first.err()).isZero();
    export("b", "g");
    CommandRun second = take("c");

    // Then
    assertThat(second.exitCode()).as(second.err()).isZero();
    for (String file : new String[] {"release.json", "release.json.sig"}) {
      assertThat(folder.resolve("c/models/g/1").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("site/g/1").resolve(file));
    }
    done("c", "decode", "--model", "g:1", "--tokens", "1", "--new", "1");
    assertThat(pull("c", "1", "--config", strict).out()).contains("g:1 is installed");
    done("c", "model", "rm", "g");
    assertThat(folder.resolve("c/models/g")).doesNotExist();
  }

  @Test
  void shouldPullWhatWasImportedByAnotherMachineAsItIs() throws Exception {
    CommandRun pulled = pull("a", "1", "--config", strict);
    assertThat(pulled.exitCode()).as(pulled.err()).isZero();
    assertThat(
            done("a", "decode", "--model", "g", "--tokens", "1,2", "--new", "4", "--json")
                .json()
                .get("tokens"))
        .isEqualTo(
            done("publisher", "decode", "--model", "raw", "--tokens", "1,2", "--new", "4", "--json")
                .json()
                .get("tokens"));
    assertThat(run("a", "model", "pull", "g@q8").err())
        .contains("installed without the variant q8");
    assertThat(pull("a", "1").out()).contains("g:1 is installed");
    assertThat(done("a", "model", "verify").out()).contains("g:1");
    assertThat(pull("a3", "1", "--json").exitCode()).isZero();
  }

  @Test
  void shouldRefuseReleasesWhoseVariantsHaveFilesThatTheyDoNotList() throws Exception {
    Path release = folder.resolve("site/g/1/release.json");
    String text = Files.readString(release);
    Files.writeString(release, text.replace("\"file\" : \"blobs/", "\"file\" : \"blobs/a"));
    assertThat(pull("a", "1").err()).contains("is no release.json: its files lack blobs/");
    Files.writeString(release, text.replaceAll("\"importer\" : \\d+", "\"importer\" : 99"));
    assertThat(pull("a", "1").err()).contains("g:1 was imported by a newer Bantam (importer 99");
    assertThat(folder.resolve("a/models/g")).doesNotExist();
  }

  @Test
  void shouldRefuseWhatWasTamperedWith() throws Exception {
    assertThat(pull("a", "1").exitCode()).isZero();
    export("a", "g");
    byte[] good = Files.readAllBytes(bundle);

    replace(PLACE + "release.json", "MIT", "BSD");
    assertRefused(
        take("b"), "the signature of g:1 in", "key \"our-key\"", "changed after it was signed");

    // Other weights, and an installed.json that names them
    Files.write(bundle, good);
    Map<String, String> weights = new HashMap<>();
    change(
        (name, content) -> {
          if (name.startsWith("blobs/") && weights.isEmpty()) {
            weights.put("from", name.substring(name.lastIndexOf('/') + 1));
          }
          return content;
        });
    byte[] evil = "evil".getBytes(StandardCharsets.UTF_8);
    String digest = Sha256.of(evil);
    replace(PLACE + "installed.json", weights.get("from"), digest);
    assertRefused(take("b"), "other files than its release.json names");

    // The file alone
    Files.write(bundle, good);
    change(
        (name, content) -> {
          if (name.endsWith(weights.get("from"))) {
            content[0] ^= 1;
          }
          return content;
        });
    assertRefused(take("b"), "has the sha256");

    // And cut short anywhere
    for (int length : new int[] {100, good.length / 3, good.length / 2, good.length * 2 / 3}) {
      Files.write(bundle, Arrays.copyOf(good, length));
      assertRefused(take("b"), "damaged or cut short");
    }
    assertThat(run("b", "model", "list").out()).doesNotContain("g:1@");
    assertThat(
            new TreeSet<>(Arrays.asList(folder.resolve("b/models/blobs/sha256").toFile().list())))
        .isEmpty();
  }

  @Test
  void shouldRefuseWhatIsUnsignedOrSignedByOthers() throws Exception {
    assertThat(pull("a", "1").exitCode()).isZero();
    export("a", "g");
    change((name, content) -> name.endsWith(".sig") ? null : content);
    replace("bundle.json", "\"signed\" : true", "\"signed\" : false");
    assertRefused(take("b"), "g:1 in", "is not signed", "our-key", "bantam model sign");

    Files.delete(folder.resolve("site/g/1/release.json.sig"));
    done(
        "publisher",
        "model",
        "sign",
        path("site/g/1/release.json"),
        "--key",
        path("other-key.pem"));
    assertThat(pull("a2", "1").exitCode()).isZero();
    export("a2", "g");
    assertRefused(take("b"), "signed with the key \"other-key\"", "it lists our-key");
    assertThat(run("d", "model", "import", bundle.toString()).exitCode())
        .as("where nobody asks for signatures")
        .isZero();
  }

  @Test
  void shouldNotTakeASignedReleaseForASignatureOverWhatWasImportedOfIt() throws Exception {
    done(
        "publisher",
        "model",
        "release",
        GGUF.toString(),
        "--name",
        "g",
        "--version",
        "gguf",
        "--license",
        "MIT",
        "--to",
        path("site"));
    done(
        "publisher",
        "model",
        "sign",
        path("site/g/gguf/release.json"),
        "--key",
        path("our-key.pem"));
    assertThat(pull("a", "gguf", "--config", strict).exitCode()).isZero();
    export("a", "g");
    assertRefused(take("b"), "does not cover its files", "bantam model release g:gguf --to FOLDER");
    assertThat(run("d", "model", "import", bundle.toString()).exitCode()).isZero();
    assertThat(folder.resolve("d/models/g/gguf/release.json.sig")).exists();
  }

  @Test
  void shouldTakeNothingOlderUnlessThatIsAllowed() throws Exception {
    assertThat(pull("a", "1").exitCode()).isZero();
    export("a", "g:1");
    release("2", "our-key");
    assertThat(pull("b", "2", "--config", strict).exitCode()).isZero();

    assertRefused(
        take("b"), "g:1 has the revision 1 and g:2, which is installed, has 2", "allow_downgrade");
    strict = site("never.yaml", "  allow_downgrade: false\n");
    assertRefused(take("b", "--allow-downgrade"), "allow_downgrade");
    strict = site("open.yaml", "");
    CommandRun allowed = take("b", "--allow-downgrade");
    assertThat(allowed.exitCode()).as(allowed.err()).isZero();
    assertThat(take("b").exitCode()).as("what is here already is no downgrade").isZero();
  }
}
