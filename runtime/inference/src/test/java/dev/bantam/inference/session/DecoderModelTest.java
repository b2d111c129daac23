package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderModelTest {

  private static final LoadContext ONE_THREAD = LoadContext.of(1, 10_000);

  @TempDir Path folder;

  @Test
  void shouldTakeTheLowerOfTheTwoContextLengths() throws Exception {
    ModelFiles files = TinyDecoder.write(folder);
    try (DecoderModel wide = DecoderModel.load(files, ONE_THREAD);
        DecoderModel narrow = DecoderModel.load(files, LoadContext.of(1, 100))) {
      assertThat(wide.contextLength()).isEqualTo(TinyDecoder.CONTEXT);
      assertThat(narrow.contextLength()).isEqualTo(100);
      assertThat(wide.config().vocabSize()).isEqualTo(TinyDecoder.VOCAB);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"layers\": 2', '\"layers\": 3', past_key_values.2.key",
    "'\"layers\": 2', '\"layers\": 1', past_key_values.1.key",
    "'\"kv_heads\": 2', '\"kv_heads\": 4', '[1, 4, -1, 16]'",
    "'\"head_size\": 16', '\"head_size\": 32', '[1, 2, -1, 32]'",
    "'\"vocab_size\": 64', '\"vocab_size\": 65', '[1, -1, 65]'",
    "'\"vocab_size\": 64', '\"vocab_size\": 0', 'vocab_size 0'",
    "'\"format\": 1', '\"format\": 9', 'import the model again'",
    "'{', '[', 'cannot be read'",
  })
  void shouldSayWhatDoesNotFit(String right, String wrong, String named) throws Exception {
    // Given
    ModelFiles files = TinyDecoder.write(folder);
    Path config = files.require(ModelFiles.CONFIG);
    Files.writeString(config, Files.readString(config).replace(right, wrong));

    // When, Then
    assertUnusable(() -> DecoderModel.load(files, ONE_THREAD), named);
  }

  @Test
  void shouldRefuseAGraphThatIsNone() throws Exception {
    // Given
    ModelFiles files = TinyDecoder.write(folder);
    Files.writeString(files.require(ModelFiles.GRAPH), "not a graph");

    // When, Then
    assertUnusable(() -> DecoderModel.load(files, ONE_THREAD), "graph.onnx");
  }

  @Test
  void shouldNameTheMissingFile() throws Exception {
    ModelFiles files = TinyDecoder.write(folder);
    ModelFiles half =
        new ModelFiles(
            files.reference(), Map.of(ModelFiles.CONFIG, files.require(ModelFiles.CONFIG)));
    assertUnusable(() -> DecoderModel.load(half, ONE_THREAD), "graph");

    Files.delete(files.require(ModelFiles.GRAPH));
    assertUnusable(() -> DecoderModel.load(files, ONE_THREAD), "graph.onnx");
  }

  private static void assertUnusable(ThrowingCallable call, String named) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNUSABLE))
        .hasMessageContaining(named);
  }

  @Test
  void shouldWaitForRunsWhenClosedAndRefuseWhatComesAfter() throws Exception {
    // Given a sequence that runs without end
    DecoderModel model = TinyDecoder.load(folder);
    CountDownLatch running = new CountDownLatch(20);
    CompletableFuture<TaskException> ended =
        CompletableFuture.supplyAsync(() -> runUntilRefused(model, running));
    running.await();

    // When
    model.close();
    model.close();

    // Then
    assertThat(ended.get().code()).isEqualTo(ErrorCode.DRAINING);
    assertThatThrownBy(model::newSequence)
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DRAINING));
  }

  private static TaskException runUntilRefused(DecoderModel model, CountDownLatch running) {
    try (Sequence sequence = model.newSequence()) {
      while (true) {
        sequence.evaluate(new int[200], 1);
        sequence.rewind(0);
        running.countDown();
      }
    } catch (TaskException e) {
      return e;
    }
  }

  @Test
  void shouldGiveMemoryBackWhenLoadedAndClosedAgainAndAgain() throws Exception {
    // Given
    ModelFiles files = TinyDecoder.write(folder);
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.isReadable(status));
    loadAndRun(files, 10);
    long before = anonymousKib(status);

    // When
    loadAndRun(files, 60);

    // Then a leak of one KV cache (350 kB) a round would be 20 MB
    assertThat(anonymousKib(status) - before).isLessThan(12 * 1024L);
  }

  private static void loadAndRun(ModelFiles files, int rounds) throws TaskException {
    for (int i = 0; i < rounds; i++) {
      try (DecoderModel model = DecoderModel.load(files, ONE_THREAD);
          Sequence sequence = model.newSequence()) {
        sequence.evaluate(new int[TinyDecoder.CONTEXT], 1);
      }
    }
    System.gc();
  }

  private static long anonymousKib(Path status) throws Exception {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("RssAnon:") || line.startsWith("VmSwap:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }
}
