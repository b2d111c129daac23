package dev.bantam.simulator.run;

import dev.bantam.protocol.TopicNames;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.ReliableConnection;
import dev.bantam.simulator.client.ReliableConnection.Settings;
import dev.bantam.simulator.scenario.DetectionSpec;
import dev.bantam.simulator.scenario.Expectations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that hears what devices say of themselves, and what anomalies were found. Where the
 * broker does not let it in, a run goes on without. Confined to one Vert.x context.
 */
final class Observer {

  private static final Logger LOG = LoggerFactory.getLogger(Observer.class);
  private static final double NANOS = 1e9;
  private static final long MOMENT_NANOS = 3_000_000_000L;
  private static final long LOOK_MILLIS = 20;

  private final Vertx vertx;
  private final ReliableConnection connection;
  private final DeviceWatch devices = new DeviceWatch();
  private final DetectionWatch detections;
  private final OrderWatch orders;
  private final EventWatch events;
  private long startNanos = System.nanoTime();

  Observer(Vertx vertx, BrokerAccess broker, String clientId, Expectations expectations) {
    this.vertx = vertx;
    this.detections = new DetectionWatch(expectations.detections());
    this.orders = new OrderWatch(expectations.orders());
    this.events = new EventWatch(expectations.events());
    List<String> filters = new ArrayList<>(DeviceWatch.FILTERS);
    filters.addAll(detections.filters());
    filters.addAll(orders.filters());
    Settings settings = new Settings(clientId, true, widest(filters));
    this.connection = new ReliableConnection(vertx, broker, settings, this::heard);
  }

  /** Without those that another takes in: a broker may send a message for each that it matches. */
  static List<String> widest(List<String> filters) {
    List<String> distinct = filters.stream().distinct().toList();
    return distinct.stream()
        .filter(
            filter ->
                distinct.stream()
                    .noneMatch(other -> !other.equals(filter) && takesIn(other, filter)))
        .toList();
  }

  private static boolean takesIn(String wide, String narrow) {
    String[] levels = wide.split("/", -1);
    String[] others = narrow.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      if (levels[i].equals("#")) {
        return true;
      }
      boolean same = i < others.length && levels[i].equals(others[i]);
      boolean any = i < others.length && levels[i].equals("+") && !others[i].equals("#");
      if (!same && !any) {
        return false;
      }
    }
    return levels.length == others.length;
  }

  /** Connects and listens. Completes in any case. */
  Future<Void> connect() {
    return connection
        .connect()
        .onFailure(e -> LOG.warn("the report will have no marks of devices: {}", e.getMessage()))
        .otherwiseEmpty();
  }

  /**
   * Counts times from now on.
   *
   * @param nanos by {@code System.nanoTime}
   */
  void start(long nanos) {
    startNanos = nanos;
  }

  private void heard(MqttPublishMessage message) {
    long now = System.nanoTime();
    String topic = message.topicName();
    byte[] payload = message.payload().getBytes();
    if (DeviceWatch.FILTERS.stream().anyMatch(filter -> TopicNames.matches(filter, topic))) {
      devices.heard((now - startNanos) / NANOS, topic, payload, message.isRetain());
    }
    if (!message.isRetain()) {
      detections.heard(now, topic, payload);
      if (!message.isDup()) {
        orders.heard(topic, payload);
        events.heard(topic, payload);
      }
    }
  }

  /**
   * The tasks that a device serves.
   *
   * @return empty if it does not say within a moment
   */
  Future<Set<String>> tasksOf(String device) {
    Promise<Set<String>> tasks = Promise.promise();
    awaitTasks(device, System.nanoTime() + MOMENT_NANOS, tasks);
    return tasks.future();
  }

  private void awaitTasks(String device, long until, Promise<Set<String>> tasks) {
    Optional<Set<String>> known = devices.tasksOf(device);
    if (known.isPresent() || System.nanoTime() - until >= 0) {
      tasks.complete(known.orElse(Set.of()));
    } else {
      vertx.setTimer(LOOK_MILLIS, fired -> awaitTasks(device, until, tasks));
    }
  }

  Map<DetectionSpec, List<Detection>> detections() {
    return detections.found();
  }

  List<OrderReport> orders() {
    return orders.reports();
  }

  List<EventReport> events() {
    return events.reports();
  }

  List<Mark> marks() {
    return devices.marks();
  }

  /** Says goodbye. Completes in any case. */
  Future<Void> close() {
    return connection.finish(0);
  }
}
