package dev.bantam.runtime.cli.service;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * systemd, as sd_notify(3) and sd_watchdog_enabled(3) describe what it wants to be told. What is
 * said of a device that stops is not said after that it stops: one lock for both.
 */
final class Systemd implements ServiceManager {

  static final String SOCKET = "NOTIFY_SOCKET";

  private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);

  /** A broker that is away does not keep the machine's start waiting longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofSeconds(30);

  private final NotifySocket socket;
  private final Optional<Duration> watchdog;
  private final ScheduledThreadPoolExecutor timer;
  private boolean isReady;
  private boolean hasFailed;
  private boolean isStopping;

  private Systemd(NotifySocket socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "bantam-service-manager");
              thread.setDaemon(true);
              return thread;
            });
  }

  static ServiceManager at(String socket, Map<String, String> environment) {
    try {
      return new Systemd(NotifySocket.at(socket), watchdog(environment));
    } catch (IllegalArgumentException e) {
      LOG.warn("{} is of no use, so systemd is told nothing: {}", SOCKET, e.getMessage());
      return NOBODY;
    }
  }

  /** How often it wants to hear of this process; empty if it doesn't. */
  private static Optional<Duration> watchdog(Map<String, String> environment) {
    String own = String.valueOf(ProcessHandle.current().pid());
    if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own)) {
      return Optional.empty();
    }
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return micros.matches("[1-9][0-9]{0,17}")
        ? Optional.of(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros))))
        : Optional.empty();
  }

  @Override
  public synchronized void starting(String doing) {
    tell("STATUS=" + doing);
  }

  @Override
  public void watch(Watched device) {
    Duration period = watchdog.map(limit -> limit.dividedBy(2)).orElse(LOOK);
    device.ready().onSuccess(nothing -> later(Duration.ZERO, () -> ready(device, period)));
    later(PATIENCE, () -> ready(device, period));
    timer.scheduleAtFixedRate(
        () -> look(device, period), 0, period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void later(Duration pause, Runnable work) {
    if (!timer.isShutdown()) {
      timer.schedule(work, pause.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void ready(Watched device, Duration patience) {
    if (becomesReady()) {
      look(device, patience);
    }
  }

  private synchronized boolean becomesReady() {
    if (isReady || isStopping) {
      return false;
    }
    isReady = true;
    tell("READY=1");
    return true;
  }

  /**
   * If the device's event loop does not answer, nothing is told, and systemd draws its own
   * conclusion.
   */
  private void look(Watched device, Duration patience) {
    try {
      lives(answer(device.state(), patience));
    } catch (TimeoutException e) {
      LOG.error("the device's event loop has not answered for {} ms", patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Vert.x has ended, as the process is about to.
      LOG.debug("the device cannot be asked any more", e);
    }
  }

  private synchronized void lives(String state) {
    if (watchdog.isPresent()) {
      tell("WATCHDOG=1");
    }
    if (!isStopping) {
      tell("STATUS=" + state);
    }
  }

  /** A failure is an answer, too. */
  private static String answer(Future<String> state, Duration patience)
      throws InterruptedException, TimeoutException {
    try {
      return state
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      return "does not say how it is: " + e.getCause();
    }
  }

  @Override
  public synchronized void stopping() {
    isStopping = true;
    tell("STOPPING=1\nSTATUS=stops; requests in flight may finish");
  }

  private void tell(String message) {
    try {
      socket.send(message);
    } catch (IOException | LinkageError e) {
      if (!hasFailed) {
        LOG.warn(
            "systemd cannot be told how the device is, and may take it for one that hangs: {}",
            e.getMessage());
      }
      hasFailed = true;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
