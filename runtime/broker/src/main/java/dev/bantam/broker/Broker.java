package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets clients in and ends their sessions. */
final class Broker {

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  private final Vertx vertx;
  private final BrokerOptions options;
  private final ByteBudget total;
  private final Router router;
  private final Map<String, Client> clients = new HashMap<>();
  private long droppedByEnded;

  Broker(Vertx vertx, BrokerOptions options) {
    this.vertx = vertx;
    this.options = options;
    this.total = new ByteBudget(options.maxTotalBytes());
    this.router =
        new Router(
            new RetainedStore(options.maxRetainedMessages(), options.maxRetainedBytes(), total));
  }

  /**
   * A CONNECT came.
   *
   * @param credentials of those who may enter where it came
   */
  void connecting(MqttEndpoint endpoint, Credentials credentials) {
    endpoint.exceptionHandler(e -> LOG.debug("Connection error: {}", e.toString()));
    ConnectRequest request = ConnectRequest.of(endpoint, options);
    MqttConnectReturnCode refusal = request.refusal();
    if (refusal != null) {
      Rejections.reject(endpoint, refusal);
      return;
    }
    if (credentials.isEmpty()) {
      admit(endpoint, request);
      return;
    }
    MqttAuth auth = endpoint.auth();
    String user = auth == null ? null : auth.getUsername();
    String password = auth == null ? null : auth.getPassword();
    boolean[] closed = new boolean[1];
    endpoint.closeHandler(ignored -> closed[0] = true);
    vertx
        .executeBlocking(() -> credentials.accept(user, password))
        .onSuccess(
            accepted -> {
              if (!closed[0]) {
                admitIf(accepted, endpoint, request);
              }
            });
  }

  private void admitIf(boolean accepted, MqttEndpoint endpoint, ConnectRequest request) {
    if (accepted) {
      admit(endpoint, request);
    } else {
      LOG.info("Refused {}: user name or password is wrong", endpoint.remoteAddress());
      Rejections.reject(
          endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD);
    }
  }

  private void admit(MqttEndpoint endpoint, ConnectRequest request) {
    Client client = clients.get(request.clientId());
    if (client != null) {
      client.takenOver(request.cleanStart());
      client = clients.get(request.clientId());
    }
    boolean sessionPresent = client != null;
    if (client == null) {
      if (clients.size() >= options.maxSessions()) {
        LOG.warn(
            "Refused client {}: {} sessions are the limit", request.clientId(), clients.size());
        Rejections.reject(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED);
        return;
      }
      client = newClient(request.clientId());
      clients.put(request.clientId(), client);
    }
    client.connected(endpoint, request, sessionPresent);
  }

  private Client newClient(String clientId) {
    OutboundQueue queue =
        new OutboundQueue(options.maxQueuedMessages(), options.maxQueuedBytes(), total);
    Session session = new Session(clientId, queue, System::nanoTime);
    return new Client(vertx, router, session, options, this::ended);
  }

  private void ended(Client client) {
    clients.remove(client.session().clientId());
    droppedByEnded += client.session().queue().dropped();
  }

  void shutDown() {
    new ArrayList<>(clients.values())
        .forEach(
            client ->
                client.disconnect(
                    MqttDisconnectReasonCode.SERVER_SHUTTING_DOWN, "the broker shuts down"));
  }

  BrokerStatus status() {
    int connected = 0;
    long dropped = droppedByEnded;
    for (Client client : clients.values()) {
      connected += client.session().isConnected() ? 1 : 0;
      dropped += client.session().queue().dropped();
    }
    return new BrokerStatus(clients.size(), connected, router.retained(), total.used(), dropped);
  }
}
