package dev.bantam.runtime.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.health.StatusDocument.SlotStatus;
import dev.bantam.spi.ModelReference;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.NotificationReceiver;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What systemd is told, at a receiver that is not Bantam's. */
@Timeout(60)
class ServiceManagerIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long HALF_MS = 200;
  private static final String WATCHDOG_USEC = String.valueOf(2 * HALF_MS * 1000);

  @TempDir Path folder;
  private NotificationReceiver systemd;

  /** A device that tells what a test wants. */
  private static final class FakeDevice implements Watched {

    final Promise<Void> ready = Promise.promise();
    volatile Future<String> state = Future.succeededFuture("serves slot a");

    @Override
    public Future<Void> ready() {
      return ready.future();
    }

    @Override
    public Future<String> state() {
      return state;
    }
  }

  private final FakeDevice device = new FakeDevice();

  @BeforeEach
  void listen() {
    systemd = NotificationReceiver.start(folder, folder.resolve("notify").toString());
  }

  @AfterEach
  void close() {
    systemd.close();
  }

  private ServiceManager manager(String... more) {
    Map<String, String> environment = new java.util.HashMap<>();
    environment.put("NOTIFY_SOCKET", systemd.address());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return ServiceManager.of(environment);
  }

  private void awaitMessage(String message) {
    Eventually.await(message, LIMIT, () -> systemd.messages().contains(message));
  }

  private int pings() {
    return Collections.frequency(systemd.messages(), "WATCHDOG=1");
  }

  @Test
  void shouldTellThatItServesOnceItDoes() {
    try (ServiceManager manager = manager()) {
      manager.starting("loads models");
      manager.watch(device);
      awaitMessage("STATUS=serves slot a");
      assertThat(systemd.messages()).startsWith("STATUS=loads models").doesNotContain("READY=1");

      device.ready.complete();

      awaitMessage("READY=1");
      assertThat(systemd.messages()).doesNotContain("WATCHDOG=1");
      assertThat(systemd.senders()).containsExactly(ProcessHandle.current().pid());
    }
  }

  @Test
  void shouldNotHoldUpTheMachinesStartForABrokerThatIsAway() {
    try (ServiceManager manager = manager()) {
      manager.watch(device);
      awaitMessage("READY=1");
      assertThat(device.ready.future().isComplete()).isFalse();
    }
  }

  @Test
  void shouldTellThatItLivesUntilItsEventLoopIsStuck() throws Exception {
    try (ServiceManager manager = manager("WATCHDOG_USEC", WATCHDOG_USEC)) {
      manager.watch(device);
      Eventually.await("pings", LIMIT, () -> pings() >= 5);

      device.state = Promise.<String>promise().future();
      Thread.sleep(2 * HALF_MS);
      int before = pings();
      Thread.sleep(4 * HALF_MS);

      assertThat(pings()).isEqualTo(before);
      device.state = Future.failedFuture("of unknown cause");
      Eventually.await("pings again", LIMIT, () -> pings() > before);
    }
  }

  @Test
  void shouldTellThatItStopsAndStillLives() {
    try (ServiceManager manager = manager("WATCHDOG_USEC", WATCHDOG_USEC)) {
      manager.watch(device);
      awaitMessage("STATUS=serves slot a");

      manager.stopping();

      awaitMessage("STOPPING=1");
      int stopped = systemd.messages().indexOf("STOPPING=1");
      Eventually.await(
          "pings", LIMIT, () -> systemd.messages().lastIndexOf("WATCHDOG=1") > stopped + 2);
      device.ready.complete();
      assertThat(systemd.messages().subList(stopped + 2, systemd.messages().size()))
          .containsOnly("WATCHDOG=1");
    }
  }

  @Test
  void shouldReachASocketThatIsNoFile() {
    String name = "@bantam-test-" + ProcessHandle.current().pid();
    try (NotificationReceiver unseen = NotificationReceiver.start(folder, name);
        ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", name))) {
      manager.starting("loads models");
      Eventually.await(
          "the message", LIMIT, () -> unseen.messages().contains("STATUS=loads models"));
    }
  }

  @Test
  void shouldNotPingForAnotherProcess() {
    try (ServiceManager manager = manager("WATCHDOG_USEC", WATCHDOG_USEC, "WATCHDOG_PID", "1")) {
      manager.watch(device);
      device.ready.complete();
      awaitMessage("READY=1");
      assertThat(pings()).isZero();
    }
  }

  @Test
  void shouldGoOnWhereNobodyListens() {
    for (String address : List.of("/no/such/socket", "vsock:2:1", "/" + "x".repeat(200))) {
      try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", address))) {
        manager.starting("loads models");
        manager.watch(device);
        manager.stopping();
      }
    }
    assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "vsock:2:1")))
        .isSameAs(ServiceManager.NOBODY);
  }

  /** Told by the JVM itself, in a process where nothing else loads it. */
  @Test
  void shouldLoadNothingWithoutAServiceManager() throws Exception {
    Process alone =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:off",
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Alone.class.getName())
            .redirectErrorStream(true)
            .start();
    String loaded = new String(alone.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(alone.waitFor()).as(loaded).isZero();
    assertThat(loaded)
        .contains("dev.bantam.runtime.cli.service.ServiceManager ")
        .doesNotContain(
            "com.sun.jna", "service.Systemd", "service.NotifySocket", "io.vertx.core.impl");
  }

  /** A start that nobody watches. */
  static final class Alone {

    public static void main(String[] args) {
      try (ServiceManager manager = ServiceManager.of(Map.of())) {
        manager.starting("loads models");
        manager.stopping();
      }
    }
  }

  private static SlotStatus slot(String name, Optional<String> reason) {
    return new SlotStatus(
        name,
        reason.isEmpty() ? "serving" : "no_model",
        "fake",
        ModelReference.parse("m:1@q8"),
        Set.of("chat"),
        1,
        1,
        reason);
  }

  @Test
  void shouldSayInALineWhatServes() {
    SlotStatus serving = slot("a", Optional.empty());
    SlotStatus vacant = slot("b", Optional.of("not installed"));
    assertThat(ServedDevice.words(List.of(serving))).isEqualTo("serves slot a");
    assertThat(ServedDevice.words(List.of(serving, vacant)))
        .isEqualTo("serves slot a; no model for slot b");
    assertThat(ServedDevice.words(List.of(vacant)))
        .isEqualTo("serves nothing yet: no model for slot b");
  }
}
