package dev.bantam.broker;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the listener and the broker's state; its context is the only thread that touches them. */
final class BrokerVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerVerticle.class);

  private static final int MAX_CLIENT_ID_BYTES = 65_535;
  private static final int CONNECT_WITHIN_SECONDS = 10;
  private static final int CLOSE_WITHIN_SECONDS = 2;

  private final BrokerOptions options;
  private final Credentials credentials;

  @SuppressWarnings("NullAway.Init") // set by start()
  private Broker broker;

  @SuppressWarnings("NullAway.Init") // set by start()
  private MqttServer server;

  BrokerVerticle(BrokerOptions options, Credentials credentials) {
    this.options = options;
    this.credentials = credentials;
  }

  @Override
  public Future<?> start() {
    MqttServerOptions settings = new MqttServerOptions();
    settings.setHost(options.host());
    settings.setPort(options.port());
    settings.setMaxMessageSize(options.maxPacketBytes());
    settings.setMaxClientIdLength(MAX_CLIENT_ID_BYTES);
    settings.setTimeoutOnConnect(CONNECT_WITHIN_SECONDS);
    settings.setAutoClientId(false);
    settings.setTcpNoDelay(true);
    context.exceptionHandler(
        e -> LOG.warn("A client's packet could not be handled: {}", e.toString()));
    broker = new Broker(vertx, options, credentials);
    server = MqttServer.create(vertx, settings);
    server.endpointHandler(broker::connecting);
    server.exceptionHandler(
        e -> LOG.debug("A connection failed before it was one: {}", e.getMessage()));
    return server.listen();
  }

  @Override
  public Future<?> stop() {
    broker.shutDown();
    // A client that never reads would hold the close back until its last byte is written.
    return server.close().timeout(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }

  int port() {
    return server.actualPort();
  }

  Future<BrokerStatus> status() {
    return Future.future(
        promise -> context.runOnContext(ignored -> promise.complete(broker.status())));
  }
}
