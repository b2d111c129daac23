package dev.bantam.models.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child JVM that works on a store, for tests of what a process leaves when it is killed. */
final class OtherProcess implements AutoCloseable {

  private static final int CHUNK = 64 * 1024;

  private final Process process;
  private final BufferedReader output;

  private OtherProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static OtherProcess start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName()));
    command.addAll(List.of(arguments));
    return new OtherProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Waits for a line that the child prints. */
  String readLine() throws IOException {
    return String.valueOf(output.readLine());
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** {@code write FOLDER}: writes without end. {@code lock FILE}: holds a lock. */
  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[1]);
    if (arguments[0].equals("lock")) {
      FileLocks.acquire(path, Duration.ofSeconds(30), "the lock", holder -> {});
      System.out.println("ready");
      Thread.currentThread().join();
      return;
    }
    BlobWriter writer = BlobStore.open(path).begin().open();
    for (long chunk = 0; ; chunk++) {
      writer.write(ByteBuffer.allocate(CHUNK));
      if (chunk == 20) {
        System.out.println("ready");
      }
      if (chunk > 1000) {
        Thread.currentThread().join();
      }
    }
  }
}
