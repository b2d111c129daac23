package dev.bantam.runtime.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.mqtt.Exchanges.Exchange;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The control connection: the retained status with its Will, events, wishes for slots, cancels, and
 * requests for tasks that no slot serves. It acknowledges at once.
 */
final class ControlConnection implements MqttConnection.Listener {

  private static final int RECEIVE_MAXIMUM = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MqttConnection connection;
  private final RequestLane lane;
  private final RequestLane.Shared shared;
  private final Topics topics;
  private final BiConsumer<String, byte[]> wishes;
  private final Runnable connected;
  private final Connector connector;
  private final Instances instances;
  private final OwnMessages events;
  private final BrokerNews news;
  private final Map<String, Buffer> reported = new HashMap<>();

  /**
   * @param wishes takes what controllers wish for slots
   * @param store keeps events while the broker is away
   * @param connected run after each connect
   */
  ControlConnection(
      Connector connector,
      RequestLane.Shared shared,
      TaskTopics tasks,
      BiConsumer<String, byte[]> wishes,
      Optional<DeviceStore> store,
      Runnable connected) {
    this.wishes = wishes;
    this.shared = shared;
    this.connector = connector;
    this.instances = new Instances(connector.instance());
    this.topics = shared.topics();
    this.connected = connected;
    List<String> filters = new ArrayList<>(tasks.ofControl());
    filters.add(topics.cancel());
    filters.add(topics.base() + "/ask/+/" + RequestLane.CANCEL);
    // The own status tells whether another client has been here.
    List<String> retained = List.of(topics.status(), topics.desiredFilter());
    filters.addAll(retained);
    connection =
        new MqttConnection(
            connector, connector.settings("", RECEIVE_MAXIMUM, filters, retained), this);
    lane = new RequestLane(connection, shared, tasks::isControls, RECEIVE_MAXIMUM);
    events = new OwnMessages(connector.context(), connection, store, "events");
    news = new BrokerNews(connector);
  }

  MqttConnection connection() {
    return connection;
  }

  /** Publishes the fields of one event, now or when the broker is there again. */
  void publishEvent(Map<String, Object> fields) {
    events.publish(json(topics.event(), 1, fields));
  }

  /** Publishes what a slot reports, unless that has not changed since this connection was made. */
  void publishReported(String slot, Map<String, Object> report) {
    if (connection.state() instanceof ConnectionState.Connected) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("device", topics.device());
      fields.put("slot", slot);
      report.forEach(fields::putIfAbsent);
      Buffer json = AnswerEncoder.write(fields);
      if (!json.equals(reported.put(slot, json))) {
        connection.publish(OutboundMessage.retainedJson(topics.reported(slot), json));
      }
    }
  }

  /** Publishes figures if the broker is there. */
  void publishTelemetry(Map<String, Object> figures) {
    if (connection.state() instanceof ConnectionState.Connected) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("device", topics.device());
      fields.put("instance", connector.instance());
      figures.forEach(fields::putIfAbsent);
      connection.publish(json(topics.telemetry(), 0, fields).message());
    }
  }

  private static Publication json(String topic, int qos, Map<String, Object> fields) {
    return new Publication(
        topic, AnswerEncoder.write(fields), qos, false, Optional.of("application/json"), Map.of());
  }

  /** Whether the broker has all events. */
  boolean hasToldAll() {
    return events.isEmpty();
  }

  /**
   * Completes once all events that the broker has not taken are on the disk, where there is one.
   */
  Future<Void> keepTheRest() {
    return events.keepTheRest();
  }

  private OutboundMessage offline(String instance) {
    return OutboundMessage.retainedJson(
        topics.status(),
        AnswerEncoder.write(
            Map.of("state", "offline", "device", topics.device(), "instance", instance)));
  }

  @Override
  public Optional<OutboundMessage> will(int epoch) {
    return Optional.of(offline(instances.of(epoch)));
  }

  /**
   * @param further fields beside state, device and instance
   */
  void publishOnline(Map<String, ? extends @Nullable Object> further) {
    if (connection.state() instanceof ConnectionState.Connected connectedNow) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("state", "online");
      fields.put("device", topics.device());
      fields.put("instance", instances.of(connectedNow.epoch()));
      further.forEach(fields::putIfAbsent);
      connection.publish(
          OutboundMessage.retainedJson(topics.status(), AnswerEncoder.write(fields)));
    }
  }

  /** Says that the device goes; waits for nothing if the broker is away, for its Will says it. */
  void publishOffline() {
    if (connection.state() instanceof ConnectionState.Connected connectedNow) {
      connection.publish(offline(instances.of(connectedNow.epoch())));
    }
  }

  @Override
  public void connected(int epoch) {
    news.connected(connection.address());
    events.connected();
    connected.run();
  }

  @Override
  public void lost() {
    news.lost();
    reported.clear();
    events.lost();
  }

  @Override
  public void conflictOver() {
    connected.run();
  }

  @Override
  public void message(InboundMessage message, int epoch, Runnable acknowledge) {
    Optional<String> wished = topics.parseDesired(message.topic());
    if (wished.isPresent()) {
      wishes.accept(wished.get(), message.payload().getBytes());
      acknowledge.run();
      return;
    }
    Optional<Topics.RequestAddress> address = topics.parse(message.topic());
    boolean askCancel =
        address.isPresent()
            && address.get().client().isPresent()
            && address.get().task().equals(RequestLane.CANCEL);
    if (message.topic().equals(topics.status())) {
      compare(message, epoch);
      acknowledge.run();
    } else if (askCancel) {
      cancel(asked(message, address.get().client().orElseThrow()), message);
      acknowledge.run();
    } else if (message.topic().equals(topics.cancel())) {
      cancel(correlated(message), message);
      acknowledge.run();
    } else {
      lane.accept(message, epoch, acknowledge);
    }
  }

  /** A status that another has written since the connection was cut here: it had the session. */
  private void compare(InboundMessage message, int epoch) {
    if (!instances.isStranger(text(message, "instance"), epoch, connection.wasCutHere())) {
      return;
    }
    connector.conflict().found(connection.clientId());
    if (connector.conflict().isPlain()) {
      connected.run();
    }
  }

  private static String text(InboundMessage message, String field) {
    try {
      return JSON.readTree(message.payload().getBytes()).path(field).asText("");
    } catch (IOException e) {
      return "";
    }
  }

  private List<Exchange> correlated(InboundMessage message) {
    return message
        .correlation()
        .map(c -> shared.exchanges().correlated(c, message.responseTopic()))
        .orElse(List.of());
  }

  private List<Exchange> asked(InboundMessage message, String client) {
    return shared.exchanges().asked(topics.base() + "/answer/" + client + "/", text(message, "id"));
  }

  private void cancel(List<Exchange> named, InboundMessage message) {
    if (message.retained()) {
      shared.refusals().count(RefusedRequest.RETAINED, message);
    } else if (named.size() != 1) {
      shared.refusals().count(RefusedRequest.CANCEL_WITHOUT_REQUEST, message);
    } else if (!shared.handler().cancel(named.get(0).id())) {
      TaskException cancelled =
          new TaskException(ErrorCode.CANCELLED, "the request was cancelled before it was started");
      named.get(0).publisher().ifPresent(publisher -> publisher.fail(cancelled));
    }
  }
}
