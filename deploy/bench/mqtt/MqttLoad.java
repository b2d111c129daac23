import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** See deploy/bench/mqtt-load. */
public final class MqttLoad {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Buffer REQUEST = Buffer.buffer("{\"n\":1}");
  private static final double NANOS_PER_MS = 1e6;
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** One of the clients: asks, and asks again when it is answered. */
  private static final class Client {
    private final Asker asker;
    private final Run run;
    private final String name;
    private long number;
    private long sentNanos;

    Client(Vertx vertx, int port, int index, Run run) {
      this.run = run;
      this.name = "load-" + run.qos + "-" + run.clients + "-" + index;
      this.asker = new Asker(vertx, port, name, false, this::answered);
    }

    void ask() {
      number++;
      sentNanos = System.nanoTime();
      asker.ask(name + "/" + number, REQUEST, run.qos, 0);
    }

    private void answered(String correlation, Buffer payload) {
      if (!correlation.equals(name + "/" + number)) {
        return; // a late one of a request that was given up
      }
      run.count(System.nanoTime(), sentNanos, payload);
      if (!run.over) {
        ask();
      }
    }

    void watch(long now) {
      if (!run.over && now - sentNanos > LOST_NANOS) {
        run.lost++;
        ask();
      }
    }
  }

  /** One measurement. */
  private static final class Run {
    private final int qos;
    private final int clients;
    private final boolean detailed;
    private final Histogram total = new Histogram(3);
    private final Histogram toPlugin = new Histogram(3);
    private final Histogram fromPlugin = new Histogram(3);
    private volatile boolean counting;
    private volatile boolean over;
    private long lost;
    private long errors;

    Run(int qos, int clients, boolean detailed) {
      this.qos = qos;
      this.clients = clients;
      this.detailed = detailed;
    }

    void count(long now, long sent, Buffer payload) {
      if (!counting) {
        return;
      }
      total.recordValue(now - sent);
      if (payload.length() > 9 && payload.getString(0, 9).equals("{\"error\":")) {
        errors++;
      } else if (detailed) {
        try {
          JsonNode answer = JSON.readTree(payload.getBytes());
          toPlugin.recordValue(Math.max(0, answer.get("entered").asLong() - sent));
          fromPlugin.recordValue(Math.max(0, now - answer.get("left").asLong()));
        } catch (java.io.IOException e) {
          errors++;
        }
      }
    }
  }

  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    int clients = arguments.count("clients", 64);
    Vertx vertx = Vertx.vertx();
    List<String> lines = new ArrayList<>();
    int workers = arguments.count("workers", 2);
    boolean saves = arguments.count("save-each-change", 0) == 1;
    try (Site site =
        new Site(arguments.path("root"), arguments.path("work"), workers, 256, saves)) {
      Runtime.getRuntime().addShutdownHook(new Thread(site::close));
      site.startBroker();
      site.startRuntime();
      warmUp(vertx, site, clients, arguments);
      for (int qos = 0; qos <= 1; qos++) {
        if (arguments.count("qos", qos) == qos) {
          lines.add(measure(vertx, site, new Run(qos, clients, false), arguments));
          lines.add(measure(vertx, site, new Run(qos, 1, true), arguments));
        }
      }
    } finally {
      vertx.close();
    }
    System.out.println("[" + String.join(",", lines) + "]");
    System.exit(0);
  }

  private static void warmUp(Vertx vertx, Site site, int clients, Arguments arguments)
      throws Exception {
    Run run = new Run(1, clients, false);
    List<Client> all = start(vertx, site, run);
    Thread.sleep((long) (arguments.number("warm-up", 15) * 1000));
    stop(run, all);
  }

  private static String measure(Vertx vertx, Site site, Run run, Arguments arguments)
      throws Exception {
    double seconds = arguments.number("seconds", 10);
    String load = loadAverage();
    List<Client> all = start(vertx, site, run);
    Thread.sleep(2_000);
    long[] before = {cpuMs(site.runtimePid()), cpuMs(site.brokerPid()), ownCpuMs()};
    long start = System.nanoTime();
    run.counting = true;
    Thread.sleep((long) (seconds * 1000));
    run.counting = false;
    double elapsed = (System.nanoTime() - start) / 1e9;
    long[] after = {cpuMs(site.runtimePid()), cpuMs(site.brokerPid()), ownCpuMs()};
    stop(run, all);
    long done = run.total.getTotalCount();
    String line =
        String.format(
            Locale.ROOT,
            "{\"qos\":%d,\"clients\":%d,\"round_trips_per_s\":%.0f,\"median_ms\":%.2f,\"p99_ms\":%.2f,\"lost\":%d,\"errors\":%d%s,\"cpu_us_per_round_trip\":{\"runtime\":%.0f,\"broker\":%.0f,\"clients\":%.0f},\"load_average\":%s}",
            run.qos,
            run.clients,
            done / elapsed,
            run.total.getValueAtPercentile(50) / NANOS_PER_MS,
            run.total.getValueAtPercentile(99) / NANOS_PER_MS,
            run.lost,
            run.errors,
            run.detailed
                ? String.format(
                    Locale.ROOT,
                    ",\"publish_to_plugin_median_ms\":%.3f,\"plugin_to_answer_median_ms\":%.3f",
                    run.toPlugin.getValueAtPercentile(50) / NANOS_PER_MS,
                    run.fromPlugin.getValueAtPercentile(50) / NANOS_PER_MS)
                : "",
            (after[0] - before[0]) * 1000.0 / Math.max(1, done),
            (after[1] - before[1]) * 1000.0 / Math.max(1, done),
            (after[2] - before[2]) * 1000.0 / Math.max(1, done),
            load);
    System.err.println(line);
    return line;
  }

  private static List<Client> start(Vertx vertx, Site site, Run run) throws Exception {
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < run.clients; i++) {
      Client client = new Client(vertx, site.port, i, run);
      all.add(client);
      client.asker.context.runOnContext(nothing -> client.asker.connect());
    }
    while (!all.stream().allMatch(client -> client.asker.isReady())) {
      Thread.sleep(20);
    }
    Thread.sleep(200);
    for (Client client : all) {
      client.asker.context.runOnContext(nothing -> client.ask());
    }
    vertx.setPeriodic(
        1_000,
        timer -> {
          if (run.over) {
            vertx.cancelTimer(timer);
          }
          all.forEach(
              c -> c.asker.context.runOnContext(nothing -> c.watch(System.nanoTime())));
        });
    return all;
  }

  private static void stop(Run run, List<Client> all) throws Exception {
    run.over = true;
    Thread.sleep(300);
    all.forEach(client -> client.asker.context.runOnContext(nothing -> client.asker.close()));
    Thread.sleep(300);
  }

  /** Of a process, user and system, by /proc. */
  private static long cpuMs(long pid) throws Exception {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
  }

  private static long ownCpuMs() throws Exception {
    return cpuMs(ProcessHandle.current().pid());
  }

  /** Over the last minute. */
  static String loadAverage() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    } catch (java.io.IOException e) {
      return "null";
    }
  }
}
