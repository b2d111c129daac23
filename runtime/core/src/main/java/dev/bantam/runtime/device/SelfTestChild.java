package dev.bantam.runtime.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that runs kernels, and its lines. For one thread. */
final class SelfTestChild implements AutoCloseable {

  /** What the lines begin with that are meant for us. */
  private static final String MARK = "@selftest ";

  private static final int LAST_LINES = 20;
  private static final Duration EXIT = Duration.ofSeconds(10);

  private final Process process;
  private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();

  private SelfTestChild(Process process) {
    this.process = process;
  }

  /** What is to be known of a child. */
  sealed interface Line permits Said, Silent, Ended {}

  /**
   * It has said something.
   *
   * @param words the first word, and the rest if there is more
   */
  record Said(List<String> words) implements Line {}

  /** It has said nothing for too long. */
  record Silent() implements Line {}

  /**
   * It is no more.
   *
   * @param end how it ended
   */
  record Ended(ChildEnd end) implements Line {}

  static SelfTestChild start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    SelfTestChild child = new SelfTestChild(builder.start());
    Thread reader = new Thread(child::read, "bantam-self-test-reader");
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  private void read() {
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith(MARK)) {
          lines.add(new Said(List.of(line.substring(MARK.length()).split(" ", 2))));
        } else {
          last.add(line);
          if (last.size() > LAST_LINES) {
            last.remove();
          }
        }
      }
    } catch (IOException e) {
      // The process is destroyed: what matters is its exit status.
      last.add(e.toString());
    }
    lines.add(new Ended(new ChildEnd(exitStatus(), List.copyOf(last))));
  }

  /** Its output is closed, so it has ended or is about to. */
  private int exitStatus() {
    try {
      if (!process.waitFor(EXIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /**
   * @param silence how long to wait for a line
   */
  Line next(Duration silence) throws InterruptedException {
    Line line = lines.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
    return line == null ? new Silent() : line;
  }

  /** Ends the process if it has not ended. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
