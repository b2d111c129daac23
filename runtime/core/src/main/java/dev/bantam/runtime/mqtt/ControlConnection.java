package dev.bantam.runtime.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.mqtt.Exchanges.Exchange;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The control connection: the retained status with its Will, cancels, and requests for tasks that
 * no slot serves. It acknowledges at once.
 */
final class ControlConnection implements MqttConnection.Listener {

  private static final int RECEIVE_MAXIMUM = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MqttConnection connection;
  private final RequestLane lane;
  private final RequestLane.Shared shared;
  private final Topics topics;
  private final Runnable connected;
  private final Connector connector;
  private final Instances instances;

  /**
   * @param taskFilters further subscriptions
   * @param serves the tasks that are answered here
   * @param connected run after each connect
   */
  ControlConnection(
      Connector connector,
      RequestLane.Shared shared,
      List<String> taskFilters,
      Predicate<String> serves,
      Runnable connected) {
    this.shared = shared;
    this.connector = connector;
    this.instances = new Instances(connector.instance());
    this.topics = shared.topics();
    this.connected = connected;
    List<String> filters = new ArrayList<>(taskFilters);
    filters.add(topics.cancel());
    filters.add(topics.status());
    filters.add(topics.base() + "/ask/+/" + RequestLane.CANCEL);
    connection =
        new MqttConnection(connector, connector.settings("", RECEIVE_MAXIMUM, filters), this);
    lane = new RequestLane(connection, shared, serves, RECEIVE_MAXIMUM);
  }

  MqttConnection connection() {
    return connection;
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
    connected.run();
  }

  @Override
  public void conflictOver() {
    connected.run();
  }

  @Override
  public void message(InboundMessage message, int epoch, Runnable acknowledge) {
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
