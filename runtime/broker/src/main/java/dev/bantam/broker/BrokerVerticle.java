package dev.bantam.broker;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the listeners and the broker's state; its context is the only thread that touches them. */
final class BrokerVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerVerticle.class);

  private static final int MAX_CLIENT_ID_BYTES = 65_535;
  private static final int CONNECT_WITHIN_SECONDS = 10;
  private static final int CLOSE_WITHIN_SECONDS = 2;
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  private final BrokerOptions options;
  private final Credentials credentials;
  private final Optional<Credentials> outsiders;
  private final List<MqttServer> servers = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // set by start()
  private Broker broker;

  /**
   * @throws IllegalArgumentException if a password's hash has another form
   */
  BrokerVerticle(BrokerOptions options) {
    this.options = options;
    this.credentials = new Credentials(options.credentials());
    this.outsiders = options.outside().map(outside -> new Credentials(outside.credentials()));
  }

  @Override
  public Future<?> start() {
    context.exceptionHandler(
        e -> LOG.warn("A client's packet could not be handled: {}", e.toString()));
    broker = new Broker(vertx, options);
    Future<?> inside = listen(settings(options.host(), options.port()), credentials);
    return options.outside().isEmpty()
        ? inside
        : inside.compose(
            nothing -> listen(settings(options.outside().get()), outsiders.orElseThrow()));
  }

  private Future<?> listen(MqttServerOptions settings, Credentials whoMayEnter) {
    MqttServer server = MqttServer.create(vertx, settings);
    servers.add(server);
    server.endpointHandler(endpoint -> broker.connecting(endpoint, whoMayEnter));
    server.exceptionHandler(
        e -> LOG.debug("A connection failed before it was one: {}", e.getMessage()));
    return server.listen();
  }

  private MqttServerOptions settings(String host, int port) {
    MqttServerOptions settings = new MqttServerOptions();
    settings.setHost(host);
    settings.setPort(port);
    settings.setMaxMessageSize(options.maxPacketBytes());
    settings.setMaxClientIdLength(MAX_CLIENT_ID_BYTES);
    settings.setTimeoutOnConnect(CONNECT_WITHIN_SECONDS);
    settings.setAutoClientId(false);
    settings.setTcpNoDelay(true);
    return settings;
  }

  private MqttServerOptions settings(Outside outside) {
    MqttServerOptions settings = settings(outside.host(), outside.port());
    outside
        .certificate()
        .ifPresent(
            certificate -> {
              settings.setSsl(true);
              settings.setEnabledSecureTransportProtocols(PROTOCOLS);
              settings.setKeyCertOptions(
                  new PemKeyCertOptions()
                      .addCertPath(certificate.chain().toString())
                      .addKeyPath(certificate.key().toString()));
            });
    return settings;
  }

  @Override
  public Future<?> stop() {
    broker.shutDown();
    // A client that never reads would hold the close back until its last byte is written.
    return Future.join(
        servers.stream()
            .map(
                server ->
                    server.close().timeout(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS).otherwiseEmpty())
            .toList());
  }

  int port() {
    return servers.get(0).actualPort();
  }

  int outsidePort() {
    return servers.size() > 1 ? servers.get(1).actualPort() : 0;
  }

  Future<BrokerStatus> status() {
    return Future.future(
        promise -> context.runOnContext(ignored -> promise.complete(broker.status())));
  }
}
