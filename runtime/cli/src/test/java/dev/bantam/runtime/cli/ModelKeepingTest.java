package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelRepository;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is kept and what goes: {@code bantam model alias}, {@code holds}, {@code rm} and {@code gc}.
 */
class ModelKeepingTest {

  private static final String GGUF =
      Path.of(System.getProperty("bantam.root"))
          .resolve("runtime/models/src/test/resources/families/gpt2-two-heads/quantized.gguf")
          .toString();

  @TempDir Path home;

  @BeforeEach
  void install() {
    assertThat(run("import", GGUF, "--name", "g").exitCode()).isZero();
  }

  private CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "model";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(home, all);
  }

  private void hold(String holder, String reference) throws Exception {
    ModelRepository.open(home.resolve("models"))
        .hold(holder, List.of(ModelReference.parse(reference)));
  }

  @Test
  void shouldRefuseToRemoveWhatASlotHoldsUntilThatIsEnded() throws Exception {
    hold("pi/assistant", "g");

    CommandRun refused = run("rm", "g");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err())
        .contains("g stays, for pi/assistant holds g.", "bantam model holds --rm 'pi/assistant'");
    assertThat(run("holds").out()).containsPattern("pi/assistant +g\n");
    assertThat(run("holds", "--json").json().at("/holds/0/models/0").asText()).isEqualTo("g");
    CommandRun wrong = run("holds", "--rm", "pi/assistent");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("holders are: pi/assistant");

    assertThat(run("holds", "--rm", "pi/assistant").out()).contains("holds nothing any more");
    assertThat(run("rm", "g").exitCode()).isZero();
    assertThat(run("holds").out()).contains("(no slot holds a model)");
  }

  @Test
  void shouldNameAVersionOnceMore() throws Exception {
    CommandRun set = run("alias", "line-2", "g");
    assertThat(set.exitCode()).as(set.err()).isZero();
    assertThat(set.out()).containsPattern("line-2 points at g:sha-[0-9a-f]{12}\n");
    assertThat(run("alias").out()).containsPattern("line-2 +g:sha-");
    assertThat(run("list").out()).containsPattern("line-2 .* alias of g:sha-");
    assertThat(run("list", "--json").json().at("/aliases/0/alias").asText()).isEqualTo("line-2");
    assertThat(run("show", "line-2").out()).contains("model          g:sha-");
    CommandRun decoded =
        CommandRun.of(home, "decode", "--model", "line-2", "--tokens", "1", "--new", "1");
    assertThat(decoded.exitCode()).as(decoded.err()).isZero();

    assertThat(run("rm", "g").exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run("rm", "line-2").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("alias", "line-2").err()).contains("bantam model alias line-2 MODEL");
    assertThat(run("alias", "line-2", "h").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("alias", "--rm", "line-3").err()).contains("there are: line-2");
    assertThat(run("alias", "--rm", "line-2", "--json").json().get("removed").asText())
        .isEqualTo("line-2");
    assertThat(run("alias").out()).contains("(there is no alias)");
  }

  @Test
  void shouldCollectGarbageAndSayWhatItFreed() throws Exception {
    CommandRun dry = run("gc", "--keep", "0", "--dry-run");
    assertThat(dry.out())
        .containsPattern("g:sha-[0-9a-f]{12} would be removed\nwould free \\d.* MB in \\d files");
    assertThat(run("gc", "--json").json().get("versions")).isEmpty();
    Path config =
        Files.writeString(
            home.resolve("bantam.yaml"), "device: a\nmqtt: {url: mqtt://b}\nmodels: {keep: 1}\n");
    assertThat(run("gc", "--config", config.toString(), "--json").json().get("versions")).isEmpty();
    CommandRun done = run("gc", "--keep", "0");
    assertThat(done.out()).containsPattern("g:sha-[0-9a-f]{12} is removed\nfreed \\d");
    assertThat(home.resolve("models/blobs/sha256")).isEmptyDirectory();
    assertThat(run("gc", "--keep", "-1").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("gc", "--keep", "two").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldKnowTheShortForms() {
    CommandRun list = CommandRun.of(home, "ls");
    assertThat(list.out()).contains("MODEL", "g:sha-");
    assertThat(CommandRun.of(home, "ls", "--help").out()).contains("bantam ls");
    assertThat(CommandRun.of(home, "--help").out())
        .containsPattern("\n +ls +")
        .containsPattern("\n +pull +")
        .containsPattern("\n +rm +");
    CommandRun missing = CommandRun.of(home, "pull", "no-such-model");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("the catalog has no model \"no-such-model\"");
    assertThat(CommandRun.of(home, "rm", "g").exitCode()).isZero();
  }

  @Test
  void shouldRememberAcceptedTerms() throws Exception {
    CommandRun accepted = run("accept", "gated-model", "https://ai.example/terms");
    assertThat(accepted.out())
        .contains("the terms https://ai.example/terms of gated-model are accepted on this device");
    assertThat(home.resolve("models/.terms/gated-model.json"))
        .content()
        .contains("\"license\":\"https://ai.example/terms\"", "\"accepted_at\":\"20");
    assertThat(run("accept", "Gated Model", "MIT").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("pull", "g", "--accept-license").exitCode()).isZero();
  }

  @Test
  void shouldCarryModelsToAnotherDeviceInOneFile() throws Exception {
    Path bundle = home.resolve("g.bundle");
    Path other = home.resolve("other");
    CommandRun exported = run("export", "g", "--to", bundle.toString());
    assertThat(exported.exitCode()).as(exported.err()).isZero();
    assertThat(exported.out())
        .containsPattern(
            "g:sha-[0-9a-f]{12}@q8_0 +0[.]\\d MB\nwritten to .*g.bundle \\(0[.]\\d MB\\)");

    CommandRun imported = CommandRun.of(other, "model", "import", bundle.toString());
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("is installed (licence: unknown)");
    assertThat(CommandRun.of(other, "model", "verify").exitCode()).isZero();
    CommandRun decoded =
        CommandRun.of(other, "decode", "--model", "g", "--tokens", "1", "--new", "1");
    assertThat(decoded.exitCode()).as(decoded.err()).isZero();

    assertThat(run("export", "g", "--to", bundle.toString()).err()).contains("is there already");
    assertThat(run("export", "g").exitCode()).isEqualTo(ExitCode.USAGE);
    CommandRun named = run("import", bundle.toString(), "--name", "h");
    assertThat(named.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(named.err()).contains("is a bundle, which brings its models as they are");
    assertThat(run("import", GGUF).err()).contains("--name NAME");
    assertThat(run("import", "none.bundle").err()).contains("there is no file none.bundle");
    Files.write(bundle, Arrays.copyOf(Files.readAllBytes(bundle), 5000));
    CommandRun cut = run("import", bundle.toString());
    assertThat(cut.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(cut.err()).contains("is damaged or cut short");
  }
}
