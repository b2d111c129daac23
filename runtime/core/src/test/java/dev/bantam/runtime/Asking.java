package dev.bantam.runtime;

import dev.bantam.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Asks the task {@code echo} again and again, one request after the other. */
final class Asking {

  private final List<String> answers = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> ended;
  private volatile boolean ending;

  private Asking(RuntimeFixture fixture) {
    ended = CompletableFuture.runAsync(() -> ask(fixture));
  }

  /** Begins; the first answer is there when this returns. */
  static Asking begin(RuntimeFixture fixture) {
    Asking asking = new Asking(fixture);
    Eventually.await(
        "an answer",
        Duration.ofSeconds(30),
        () -> !asking.answers.isEmpty() || asking.ended.isDone());
    return asking;
  }

  private void ask(RuntimeFixture fixture) {
    try {
      while (!ending) {
        String answer = RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}"));
        answers.add(RuntimeFixture.JSON.readTree(answer).path("text").asText(answer));
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until something is answered with this text. */
  void awaitAnswer(String text) {
    Eventually.await(text, Duration.ofSeconds(30), () -> answers.contains(text) || ended.isDone());
  }

  /** Ends. All answers, in their order; a request that failed has its error's JSON there. */
  List<String> end() throws Exception {
    ending = true;
    ended.get(30, TimeUnit.SECONDS);
    return List.copyOf(answers);
  }
}
