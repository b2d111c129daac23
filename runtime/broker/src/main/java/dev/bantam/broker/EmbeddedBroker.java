package dev.bantam.broker;

import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT 5 and 3.1.1 broker inside this process: in memory, without a cluster or access lists. It
 * is for this machine, and for others where {@link Outside} lets them in. What it holds is lost
 * when it stops. See the package description.
 *
 * <p>All methods may be called from any thread.
 */
public final class EmbeddedBroker {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  private final Vertx vertx;
  private final BrokerVerticle verticle;
  private final String deploymentId;
  private final int port;

  private EmbeddedBroker(Vertx vertx, BrokerVerticle verticle, String deploymentId) {
    this.vertx = vertx;
    this.verticle = verticle;
    this.deploymentId = deploymentId;
    this.port = verticle.port();
  }

  /**
   * Starts a broker.
   *
   * @return the listening broker; fails with {@link IllegalArgumentException} where the options
   *     would let anybody in from other machines, and with {@link java.net.BindException} where the
   *     port is taken
   */
  public static Future<EmbeddedBroker> start(Vertx vertx, BrokerOptions options) {
    BrokerVerticle verticle;
    try {
      refuseOpenDoor(options);
      verticle = new BrokerVerticle(options);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    return vertx
        .deployVerticle(verticle)
        .map(id -> new EmbeddedBroker(vertx, verticle, id))
        .onSuccess(broker -> announce(broker, options));
  }

  private static void announce(EmbeddedBroker broker, BrokerOptions options) {
    LOG.info(
        "The embedded MQTT broker listens on {}:{}. It serves this one machine and keeps everything"
            + " in memory; for more, run mosquitto and set mqtt.url.",
        options.host(),
        broker.port());
    options
        .outside()
        .ifPresent(
            outside ->
                LOG.info(
                    "The embedded MQTT broker lets others in on {}:{}, {}, by name and password",
                    outside.host(),
                    broker.outsidePort(),
                    outside.certificate().isPresent() ? "encrypted" : "not encrypted"));
  }

  private static void refuseOpenDoor(BrokerOptions options) {
    if (!isLoopback(options.host()) && options.credentials().isEmpty()) {
      throw new IllegalArgumentException(
          "the embedded broker does not listen on "
              + options.host()
              + " without credentials, for then anybody on the network could use it;"
              + " listen on 127.0.0.1, configure credentials, or use an external broker");
    }
  }

  /** Names other than localhost count as outside: they are not resolved here. */
  private static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    return address != null && address.isLoopbackAddress();
  }

  /** The TCP port it listens on. */
  public int port() {
    return port;
  }

  /** The TCP port for other machines; 0 where there is none. */
  public int outsidePort() {
    return verticle.outsidePort();
  }

  /** What it holds now. */
  public Future<BrokerStatus> status() {
    return verticle.status();
  }

  /** Tells MQTT 5 clients that it shuts down, closes all connections and stops listening. */
  public Future<Void> close() {
    return vertx.undeploy(deploymentId);
  }
}
