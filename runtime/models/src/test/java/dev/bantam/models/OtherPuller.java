package dev.bantam.models;

import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.source.Downloader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A child JVM that pulls the model {@code tiny}, and may get stuck half-way through the import. */
final class OtherPuller implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private OtherPuller(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @param how {@code whole}, or {@code stuck} for an import that never ends
   */
  static OtherPuller start(Path root, Path catalog, String how) throws IOException {
    return new OtherPuller(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    OtherPuller.class.getName(),
                    root.toString(),
                    catalog.toString(),
                    how))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** The number of imports it made, or {@code stuck}. */
  String result() throws IOException {
    return String.valueOf(output.readLine());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    FakeImporter importer = new FakeImporter();
    VariantImporter stuck =
        (source, quantization, blobs, listener) -> {
          importer.importModel(source, quantization, blobs, listener);
          System.out.println("stuck");
          while (true) {
            LockSupport.park();
          }
        };
    new ModelRepository(
            Path.of(arguments[0]),
            Catalog.read(Path.of(arguments[1])),
            arguments[2].equals("stuck") ? stuck : importer,
            new Downloader(),
            Duration.ofSeconds(30),
            PullSettings.DEFAULT)
        .pull("tiny", PullListener.NONE);
    System.out.println(importer.imports.get());
  }
}
