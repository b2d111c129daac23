package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.store.SmallDisk;
import dev.bantam.spi.ModelReference;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pulls over a network that end badly: by kill -9, at any byte, and by a full disk. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KilledDownloadTest {

  private static final int KILLS = Integer.getInteger("bantam.kills", 10);

  @TempDir Path folder;

  private final byte[] content = "0123456789".repeat(50_000).getBytes();
  private final List<Integer> starts = Collections.synchronizedList(new ArrayList<>());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private Path catalog;

  /** The server sends this many bytes of the file, then tells and waits. */
  private volatile int pauseAt = Integer.MAX_VALUE;

  private volatile CountDownLatch paused = new CountDownLatch(0);
  private volatile CountDownLatch goOn = new CountDownLatch(0);

  /** What happens when it pauses in this process. */
  private volatile Runnable atPause = () -> {};

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/m.gguf", this::serve);
    server.start();
    catalog =
        Files.writeString(
            folder.resolve("models.yaml"),
            """
            format: 1
            models:
              - name: tiny
                version: "1"
                license: MIT
                file: m.gguf
                size: %d
                sha256: "%s"
                sources:
                  - url: http://127.0.0.1:%d/m.gguf
            """
                .formatted(content.length, Sha256.of(content), server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int start = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    starts.add(start);
    try (exchange) {
      if (start > 0) {
        exchange
            .getResponseHeaders()
            .add(
                "Content-Range",
                "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
      }
      exchange.sendResponseHeaders(start > 0 ? 206 : 200, content.length - start);
      int pause = Math.max(start, Math.min(pauseAt, content.length));
      exchange.getResponseBody().write(content, start, pause - start);
      exchange.getResponseBody().flush();
      paused.countDown();
      atPause.run();
      boolean unused = goOn.await(60, TimeUnit.SECONDS);
      exchange.getResponseBody().write(content, pause, content.length - pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ModelRepository open(Path root) throws ModelException {
    return new ModelRepository(
        root,
        Catalog.read(catalog),
        new FakeImporter(),
        new Downloader(),
        Duration.ofSeconds(20),
        PullSettings.DEFAULT);
  }

  @Test
  void shouldTakeUpADownloadThatWasKilledAtAnyByte() throws Exception {
    // Given ten processes, each killed a little later in the file
    Path root = folder.resolve("models");
    Random random = new Random(8);
    int[] places = random.ints(KILLS, 1, content.length).sorted().toArray();
    for (int place : places) {
      pauseAt = place;
      paused = new CountDownLatch(1);
      goOn = new CountDownLatch(1);
      OtherPuller puller = OtherPuller.start(root, catalog, "whole");
      assertThat(paused.await(60, TimeUnit.SECONDS)).isTrue();
      awaitSome(root.resolve(".downloads/tiny"));
      puller.close();
      goOn.countDown();
      assertThat(open(root).list()).isEmpty();
    }

    // When
    pauseAt = Integer.MAX_VALUE;
    InstalledModel model = open(root).pull("tiny", PullListener.NONE);

    // Then
    assertThat(model.reference()).hasToString("tiny:1");
    assertThat(starts).hasSize(KILLS + 1).isSorted();
    assertThat(starts.get(KILLS)).isPositive();
    assertThat(open(root).verify(ModelReference.parse("tiny")).ok()).isTrue();
    assertThat(root.resolve(".staging")).isEmptyDirectory();
    assertThat(root.resolve(".downloads/tiny")).doesNotExist();
    assertThat(root.resolve("blobs/sha256").toFile().list()).hasSize(2);
  }

  /** What was sent is not written yet; a little may stay in a buffer for good. */
  private static void awaitSome(Path downloads) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (size(downloads) == 0 && System.nanoTime() - end < 0) {
      Thread.sleep(5);
    }
  }

  private static long size(Path downloads) {
    File[] files = downloads.toFile().listFiles();
    return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
  }

  @Test
  void shouldGiveTheSpaceBackWhenTheDiskIsFullInMidPull() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (SmallDisk disk = SmallDisk.mount(small)) {
      // Given a disk that another program fills while the file arrives
      Path other = small.resolve("other");
      pauseAt = 100_000;
      atPause = () -> fill(other);
      Path root = small.resolve("models");

      // When
      ModelException error =
          catchThrowableOfType(
              ModelException.class, () -> open(root).pull("tiny", PullListener.NONE));

      // Then
      assertThat(error.kind()).isEqualTo(Kind.DISK_FULL);
      assertThat(error).hasMessageContaining("is full").hasMessageContaining("BANTAM_HOME");
      assertThat(root.resolve(".downloads/tiny")).isEmptyDirectory();
      assertThat(root.resolve(".staging")).isEmptyDirectory();
      assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
      assertThat(open(root).list()).isEmpty();
      Files.delete(other);
      assertThat(small.toFile().getUsableSpace()).isGreaterThan(900_000);
    }
  }

  @Test
  void shouldGiveTheSpaceBackWhenTheFileFitsAndTheModelDoesNot() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (SmallDisk disk = SmallDisk.mount(small)) {
      // Given room for the file that arrives, and not for what is made of it
      Files.write(small.resolve("other"), new byte[300_000]);
      Path root = small.resolve("models");

      // When
      ModelException error =
          catchThrowableOfType(
              ModelException.class, () -> open(root).pull("tiny", PullListener.NONE));

      // Then
      assertThat(error.kind()).isEqualTo(Kind.DISK_FULL);
      assertThat(starts).hasSize(1);
      assertThat(root.resolve(".downloads/tiny")).doesNotExist();
      assertThat(root.resolve(".staging")).isEmptyDirectory();
      assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
      assertThat(small.toFile().getUsableSpace()).isGreaterThan(600_000);
    }
  }

  private static void fill(Path file) {
    try {
      Files.write(file, new byte[2_000_000]);
    } catch (IOException diskFull) {
      // Now it is.
    }
  }
}
