package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelRepository;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept and what goes: {@code bantam model holds} and {@code rm}. */
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
}
