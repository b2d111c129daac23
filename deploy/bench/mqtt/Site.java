import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A mosquitto with the settings of deploy/mosquitto, and a runtime with the no-op plugin. */
final class Site implements AutoCloseable {

  static final String DEVICE = "bench";
  private static final long START_MS = 120_000;

  final int port;
  private final Path root;
  private final Path work;
  private final Path home;
  private Process broker;
  private Process runtime;

  /**
   * @param work a folder with the compiled plugin, for everything that is written
   * @param savesEachChange whether the broker writes its state at each change, as deploy/mosquitto
   *     has it, or once in half a minute
   */
  Site(Path root, Path work, int workers, int queue, boolean savesEachChange) throws IOException {
    this.root = root;
    this.work = work;
    this.home = work.resolve("home");
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    Files.createDirectories(work.resolve("broker"));
    String settings = Files.readString(root.resolve("deploy/mosquitto/bantam.conf"));
    if (!savesEachChange) {
      settings =
          settings
              .replace("autosave_on_changes true", "autosave_on_changes false")
              .replace("autosave_interval 1", "autosave_interval 30");
    }
    String user = System.getProperty("user.name").equals("root") ? "user root\n" : "";
    Files.writeString(
        work.resolve("mosquitto.conf"),
        "listener %d 127.0.0.1\nallow_anonymous true\npersistence_location %s/broker/\nlog_type error\n%s%s"
            .formatted(port, work, user, settings));
    Files.writeString(
        work.resolve("profile.yaml"),
        """
        name: bench
        match: {}
        context_length: 64
        slots:
          - {name: main, plugin: no-op, model: all-minilm-l6-v2-int8, tasks: [no-op], workers: %d, queue: %d}
        """
            .formatted(workers, queue));
    Files.writeString(
        work.resolve("bantam.yaml"),
        """
        device: %s
        profile: ./profile.yaml
        mqtt: {url: "mqtt://127.0.0.1:%d", session_expiry: 1h}
        plugins: {folders: [plugins]}
        store: {answers: {max_bytes: 64MiB}}
        """
            .formatted(DEVICE, port));
  }

  void startBroker() throws IOException, InterruptedException {
    broker = start("broker.log", executable("mosquitto"), "-c", work.resolve("mosquitto.conf"));
    long until = System.nanoTime() + START_MS * 1_000_000;
    while (!listens()) {
      if (!broker.isAlive() || System.nanoTime() - until > 0) {
        throw new IOException("mosquitto does not start; see " + work.resolve("broker.log"));
      }
      Thread.sleep(10);
    }
  }

  void startRuntime() throws IOException {
    runtime =
        start(
            "runtime.log",
            root.resolve("bantam"),
            "run",
            "--config",
            work.resolve("bantam.yaml"));
  }

  long runtimePid() {
    return runtime.pid();
  }

  long brokerPid() {
    return broker.pid();
  }

  void killBroker() throws InterruptedException {
    broker.destroyForcibly().waitFor();
  }

  void killRuntime() throws InterruptedException {
    runtime.destroyForcibly().waitFor();
  }

  boolean runtimeLives() {
    return runtime.isAlive();
  }

  /** The end of what the runtime has printed. */
  String runtimeLog() throws IOException {
    List<String> lines = Files.readAllLines(work.resolve("runtime.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Process start(String log, Object... command) throws IOException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve(log).toFile()));
    builder.environment().put("BANTAM_HOME", home.toString());
    return builder.start();
  }

  private static Path executable(String name) {
    for (String folder : (System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":")) {
      Path path = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(path)) {
        return path;
      }
    }
    throw new IllegalStateException(name + " is not installed: apt-get install mosquitto");
  }

  @Override
  public void close() {
    for (Process process : new Process[] {runtime, broker}) {
      if (process != null) {
        process.destroy();
        try {
          if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly();
          }
        } catch (InterruptedException e) {
          process.destroyForcibly();
        }
      }
    }
  }
}
