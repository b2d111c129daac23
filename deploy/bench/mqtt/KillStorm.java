import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** See deploy/bench/kill-storm. */
public final class KillStorm {

  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int EXPIRY_SECONDS = 3_000;
  private static final int TICK_MS = 20;
  private static final int MOST_AGAIN_A_TICK = 1;
  private static final int MOST_PATIENCE = 6;

  /** What is known of one request. */
  private static final class Request {
    private final Set<String> different = new HashSet<>();
    private int sent;
    private int answers;
    private int answersAtSecondRound;
    private long sentNanos;
  }

  private final Site site;
  private final int rate;
  private final int window;
  private final long limitNanos;
  private final Request[] requests;
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private final Asker asker;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private final long started = System.nanoTime();
  private double due;
  private int next;
  private int unanswered;
  private boolean secondRound;
  private volatile boolean over;
  private volatile long lastAnswerNanos;
  private int brokerKills;
  private int runtimeKills;

  private KillStorm(Site site, Vertx vertx, Arguments arguments) {
    this.site = site;
    this.rate = arguments.count("rate", 60);
    this.window = arguments.count("window", 100);
    this.limitNanos = TimeUnit.SECONDS.toNanos(arguments.count("limit-seconds", 1_800));
    this.requests = new Request[arguments.count("requests", 10_000)];
    Arrays.setAll(requests, i -> new Request());
    this.unanswered = requests.length;
    this.asker = new Asker(vertx, site.port, "storm", true, this::answered);
  }

  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    Vertx vertx = Vertx.vertx();
    int status = 1;
    try (Site site = new Site(arguments.path("root"), arguments.path("work"), 2, 64, true)) {
      Runtime.getRuntime().addShutdownHook(new Thread(site::close));
      site.startBroker();
      site.startRuntime();
      status = new KillStorm(site, vertx, arguments).run(vertx, arguments);
    } finally {
      vertx.close();
    }
    System.exit(status);
  }

  private int run(Vertx vertx, Arguments arguments) throws Exception {
    asker.context.runOnContext(nothing -> asker.connect());
    vertx.setPeriodic(TICK_MS, id -> asker.context.runOnContext(nothing -> tick()));
    Thread killer = new Thread(() -> kill(arguments), "killer");
    killer.setDaemon(true);
    killer.start();
    boolean complete = done.get();
    over = true;
    killer.join(TimeUnit.SECONDS.toMillis(30));
    return report(complete);
  }

  /** Sends what is due, and again what was not answered. On the asker's context. */
  private void tick() {
    if (done.isDone() || !asker.isReady()) {
      return;
    }
    long now = System.nanoTime();
    if (now - started > limitNanos) {
      done.complete(false);
      return;
    }
    due = Math.min(due + rate * TICK_MS / 1000.0, rate);
    while (due >= 1 && next < requests.length && next - (requests.length - unanswered) < window) {
      due--;
      send(next++);
    }
    // A client that only sends more, the slower the answers come, makes them slower yet.
    for (int left = waiting.size(), again = 0; left > 0 && again < MOST_AGAIN_A_TICK; left--) {
      int number = waiting.remove();
      Request request = requests[number];
      if (!isOpen(request)) {
        continue;
      }
      if (now - request.sentNanos > AGAIN_NANOS * Math.min(request.sent, MOST_PATIENCE)) {
        send(number);
        again++;
      } else {
        waiting.add(number);
      }
    }
  }

  private boolean isOpen(Request request) {
    return secondRound
        ? request.answers == request.answersAtSecondRound
        : request.answers == 0;
  }

  private void send(int number) {
    Request request = requests[number];
    request.sent++;
    request.sentNanos = System.nanoTime();
    waiting.add(number);
    asker.ask("storm-" + number, Buffer.buffer("{\"n\":" + number + "}"), 1, EXPIRY_SECONDS);
  }

  private void answered(String correlation, Buffer payload) {
    Request request = requests[Integer.parseInt(correlation.substring("storm-".length()))];
    boolean open = isOpen(request);
    request.answers++;
    request.different.add(payload.toString());
    lastAnswerNanos = System.nanoTime();
    if (open && --unanswered == 0) {
      if (secondRound) {
        done.complete(true);
      } else {
        askAllAgain();
      }
    }
  }

  private void askAllAgain() {
    System.err.printf(
        "every request is answered after %d s; asking all of them again%n", seconds());
    secondRound = true;
    over = true;
    unanswered = requests.length;
    for (Request request : requests) {
      request.answersAtSecondRound = request.answers;
    }
    waiting.clear();
    next = 0;
  }

  private long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
  }

  private void kill(Arguments arguments) {
    long brokerMs = (long) (arguments.number("broker-seconds", 3) * 1000);
    long runtimeMs = (long) (arguments.number("runtime-seconds", 7) * 1000);
    long brokerAt = System.nanoTime();
    long servedSince = 0;
    try {
      while (!over) {
        Thread.sleep(50);
        long now = System.nanoTime();
        if (now - brokerAt > brokerMs * 1_000_000 && next > 0) {
          site.killBroker();
          site.startBroker();
          brokerKills++;
          brokerAt = System.nanoTime();
        }
        if (servedSince == 0 && lastAnswerNanos - brokerAt > 0) {
          servedSince = now;
        }
        if (servedSince != 0 && now - servedSince > runtimeMs * 1_000_000) {
          site.killRuntime();
          runtimeKills++;
          site.startRuntime();
          servedSince = 0;
          lastAnswerNanos = 0;
          System.err.printf(
              "%d s: %d of %d sent, %d not answered, broker killed %d times, runtime %d times%n",
              seconds(), next, requests.length, unanswered, brokerKills, runtimeKills);
        }
      }
    } catch (Exception e) {
      e.printStackTrace();
      done.complete(false);
    }
  }

  private int report(boolean complete) throws Exception {
    int answered = 0;
    int several = 0;
    long answers = 0;
    long again = 0;
    for (Request request : requests) {
      answered += request.answers > 0 ? 1 : 0;
      several += request.different.size() > 1 ? 1 : 0;
      answers += request.answers;
      again += request.sent - 1;
    }
    if (!complete) {
      System.err.println(site.runtimeLog());
    }
    System.out.printf(
        "{\"requests\":%d,\"answered\":%d,\"with_different_answers\":%d,\"answers\":%d,\"sent_again\":%d,\"broker_kills\":%d,\"runtime_kills\":%d,\"seconds\":%d,\"load_average\":%s}%n",
        requests.length,
        answered,
        several,
        answers,
        again,
        brokerKills,
        runtimeKills,
        seconds(),
        MqttLoad.loadAverage());
    return complete && answered == requests.length && several == 0 ? 0 : 1;
  }
}
