package dev.bantam.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real mosquitto on a free loopback port, as a child process, with the settings that {@code
 * deploy} recommends. Can be killed and started again on the same port with its saved state. Needs
 * the Debian package, which {@code ./bantam test} installs.
 */
public final class Mosquitto implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(15);

  private final Path folder;
  private final int port;
  private final List<String> extraSettings;
  private @Nullable Process process;

  private Mosquitto(Path folder, int port, List<String> extraSettings) {
    this.folder = folder;
    this.port = port;
    this.extraSettings = extraSettings;
  }

  /**
   * Starts a broker that keeps its state in {@code folder}.
   *
   * @param extraSettings further lines for mosquitto.conf
   */
  public static Mosquitto start(Path folder, String... extraSettings) {
    Mosquitto broker = new Mosquitto(folder, Ports.free(), List.of(extraSettings));
    broker.restart();
    return broker;
  }

  public int port() {
    return port;
  }

  public String url() {
    return "mqtt://127.0.0.1:" + port;
  }

  /** Starts the broker again after {@link #kill} or {@link #stop}. */
  public void restart() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("mosquitto still runs");
    }
    try {
      Files.createDirectories(folder);
      Path config = folder.resolve("mosquitto.conf");
      Files.write(config, settings());
      process =
          new ProcessBuilder(executable(), "-c", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("mosquitto.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.await("mosquitto listens on " + port, START_LIMIT, () -> Ports.isOpen(port));
  }

  private List<String> settings() {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "listener " + port + " 127.0.0.1",
                "allow_anonymous true",
                "persistence true",
                "persistence_location " + folder + "/",
                "autosave_interval 1",
                "autosave_on_changes true",
                "max_topic_alias 0",
                "max_inflight_messages 1000",
                "max_queued_messages 100000",
                "set_tcp_nodelay true",
                "max_packet_size 1048576"));
    if (System.getProperty("user.name", "").equals("root")) {
      lines.add("user root");
    }
    for (String setting : extraSettings) {
      String key = setting.split(" ", 2)[0];
      lines.removeIf(line -> line.startsWith(key + " "));
    }
    lines.addAll(extraSettings); // in their order, for a bridge's belong together
    return lines;
  }

  /** As {@code kill -9}. */
  public void kill() {
    end(true);
  }

  /** As {@code kill -TERM}. */
  public void stop() {
    end(false);
  }

  private void end(boolean forcibly) {
    Process running = process;
    if (running == null) {
      return;
    }
    if (forcibly) {
      running.destroyForcibly();
    } else {
      running.destroy();
    }
    try {
      running.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  @Override
  public void close() {
    kill();
  }

  private static String executable() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(directory -> Path.of(directory.isEmpty() ? "." : directory, "mosquitto"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "mosquitto is not installed; \"./bantam test\" installs it, or: apt-get install mosquitto mosquitto-clients (os: "
                        + System.getProperty("os.name").toLowerCase(Locale.ROOT)
                        + ")"));
  }

  /** The broker's log, for a failing test's message. */
  public String log() {
    try (Stream<String> lines = Files.lines(folder.resolve("mosquitto.log"))) {
      return lines.collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
