package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.ModelReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child JVM that imports, exports and removes models without end, until it is killed. */
final class OtherWorker implements AutoCloseable {

  private static final int TEXTS = 3;
  private static final int REPEATED = 40_000;

  private final Process process;

  private OtherWorker(Process process) {
    this.process = process;
  }

  /** Returns once it has done all of its work once. */
  static OtherWorker start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    OtherWorker.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(output.readLine())) {
      process.destroyForcibly();
      throw new IOException("the worker did not start");
    }
    return new OtherWorker(process);
  }

  /** Kills it as {@code kill -9} does. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    TinyRepository tiny = new TinyRepository(Path.of(arguments[0]));
    Bundles bundles = tiny.models.bundles();
    // What one that was killed has left would keep its models from being removed.
    tiny.models.hold("slot", List.of());
    for (String alias : tiny.models.aliases().all().keySet()) {
      tiny.models.aliases().remove(alias);
    }
    for (int i = 0; ; i++) {
      ModelReference model =
          tiny.importText("mine", "text %d ".formatted(i % TEXTS).repeat(REPEATED)).reference();
      Path bundle = tiny.folder.resolve("models.bundle");
      Files.deleteIfExists(bundle);
      bundles.write(List.of(model), bundle, ImportListener.NONE);
      tiny.models.remove(model);
      bundles.read(bundle, ImportListener.NONE);
      tiny.models.aliases().point("latest", model);
      tiny.models.hold("slot", List.of(model));
      tiny.models.collectGarbage(new GarbageRule(1, GarbageRule.DOWNLOAD_AGE, false));
      tiny.models.hold("slot", List.of());
      tiny.models.aliases().remove("latest");
      if (i == 0) {
        System.out.println("ready");
      }
    }
  }
}
