package dev.bantam.simulator.device;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mosquitto on a free port of this machine, with the settings of {@code deploy/mosquitto}, which
 * keep what it holds over a kill. Blocking.
 */
public final class ManagedBroker implements AutoCloseable {

  /** The settings of deploy/mosquitto, which a test compares. */
  static final String SETTINGS = "/dev/bantam/simulator/mosquitto.conf";

  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Path folder;
  private final String program;
  private final int port;
  private @Nullable Child child;

  private ManagedBroker(Path folder, String program, int port) {
    this.folder = folder;
    this.program = program;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param folder for its settings, its state and its log
   */
  public static ManagedBroker start(Path folder) throws SetupException, InterruptedException {
    String program =
        program()
            .orElseThrow(
                () ->
                    new SetupException(
                        "the scenario starts a broker of its own, and mosquitto is not installed; on Debian: sudo apt-get install mosquitto"));
    ManagedBroker broker = new ManagedBroker(folder, program, freePort());
    try {
      Files.createDirectories(folder);
      Files.write(broker.settingsFile(), broker.settings());
    } catch (IOException e) {
      throw new SetupException("the broker's folder cannot be written: " + e.getMessage(), e);
    }
    broker.start();
    return broker;
  }

  private static Optional<String> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "mosquitto"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString);
  }

  private static int freePort() throws SetupException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new SetupException("there is no free port: " + e.getMessage(), e);
    }
  }

  private Path settingsFile() {
    return folder.resolve("mosquitto.conf");
  }

  private List<String> settings() throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "listener " + port + " 127.0.0.1",
                "allow_anonymous true",
                "persistence_location " + folder.toAbsolutePath() + "/"));
    if (System.getProperty("user.name", "").equals("root")) {
      lines.add("user root");
    }
    try (InputStream in = ManagedBroker.class.getResourceAsStream(SETTINGS)) {
      if (in == null) {
        throw new IOException("the build lacks " + SETTINGS);
      }
      lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
    return lines;
  }

  /** Starts it, at first or after {@link #kill}, on the same port and with what it had kept. */
  public void start() throws SetupException, InterruptedException {
    Child started =
        Child.start(
            List.of(program, "-c", settingsFile().toString()),
            Map.of(),
            folder.resolve("mosquitto.log"));
    child = started;
    long end = System.nanoTime() + START_NANOS;
    while (!isOpen()) {
      if (!started.isAlive() || System.nanoTime() - end > 0) {
        throw new SetupException("mosquitto does not listen:\n" + started.lastWords());
      }
      Thread.sleep(20);
    }
  }

  private boolean isOpen() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As by {@code kill -9}. */
  public void kill() {
    Child running = child;
    if (running != null) {
      running.kill();
      child = null;
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    Child running = child;
    return running != null && running.isAlive();
  }

  /** Its address. */
  public String url() {
    return "mqtt://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    kill();
  }
}
