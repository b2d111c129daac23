package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts a JVM as somebody would by hand: nothing of the launcher's in its environment. */
class TelemetryTest {

  @TempDir Path home;
  @TempDir Path temporary;
  @TempDir Path model;

  /** The child's main class: loads a model and evaluates a token. */
  static final class Child {
    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      ModelFiles files =
          new ModelFiles(
              ModelReference.parse("tiny"),
              Map.of(
                  ModelFiles.GRAPH,
                  folder.resolve("graph.onnx"),
                  ModelFiles.CONFIG,
                  folder.resolve("config.json")));
      try (DecoderModel loaded = DecoderModel.load(files, LoadContext.of(1, 100));
          Sequence sequence = loaded.newSequence()) {
        sequence.evaluate(new int[] {1}, 1);
      }
    }
  }

  @Test
  void shouldWriteNothingIntoTheHomeFolder() throws Exception {
    // Given
    TinyDecoder.write(model);

    // When
    int status = runChild(Map.of());

    // Then
    assertThat(status).isZero();
    assertThat(filesUnder(home)).isEmpty();
  }

  @Test
  void shouldLeaveAnExplicitSettingAlone() throws Exception {
    TinyDecoder.write(model);
    assertThat(runChild(Map.of("ORT_DISABLE_TELEMETRY", "1"))).isZero();
    assertThat(filesUnder(home)).isEmpty();
  }

  private int runChild(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:-UsePerfData",
            "-Duser.home=" + home,
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            model.toString());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.environment().putAll(environment);
    builder.inheritIO();
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the child JVM did not end");
    }
    return process.exitValue();
  }

  private static List<Path> filesUnder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
