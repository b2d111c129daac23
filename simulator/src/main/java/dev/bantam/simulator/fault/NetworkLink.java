package dev.bantam.simulator.fault;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.fault.LinkState.Direction;
import dev.bantam.simulator.fault.LinkState.Effect;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A port of this machine that leads to the broker, and the network between: it can be cut, slow and
 * lossy, and drop its connections. The methods may be called by any thread.
 */
public final class NetworkLink {

  private static final int CONNECT_MILLIS = 10_000;

  private final Vertx vertx;
  private final Context context;
  private final BrokerAccess broker;
  private final NetServer server;
  private final NetClient client;
  private final Random random;
  private final LinkState state = new LinkState();
  private final List<Passage> passages = new ArrayList<>();
  private final List<NetSocket> held = new ArrayList<>();
  private int port;

  /** Both ends of one connection. */
  private record Passage(NetSocket near, NetSocket far, Pump out, Pump back) {}

  private NetworkLink(Vertx vertx, BrokerAccess broker, long seed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.broker = broker;
    this.random = new Random(seed);
    this.server =
        vertx.createNetServer(
            new NetServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true));
    this.client =
        vertx.createNetClient(
            new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(CONNECT_MILLIS));
  }

  /**
   * Opens it.
   *
   * @param broker where it leads to
   * @param seed of what stalls
   */
  public static Future<NetworkLink> open(Vertx vertx, BrokerAccess broker, long seed) {
    NetworkLink link = new NetworkLink(vertx, broker, seed);
    return link.onContext(link::listen);
  }

  private Future<NetworkLink> listen() {
    server.connectHandler(this::accept);
    return server
        .listen()
        .map(
            listening -> {
              port = listening.actualPort();
              return this;
            });
  }

  private void accept(NetSocket near) {
    near.pause();
    near.exceptionHandler(e -> {});
    if (state.isCut()) {
      held.add(near);
    } else {
      pass(near);
    }
  }

  private void pass(NetSocket near) {
    client
        .connect(broker.port(), broker.host())
        .onSuccess(far -> connected(near, far))
        .onFailure(failure -> near.close());
  }

  private void connected(NetSocket near, NetSocket far) {
    far.pause();
    Pump out = new Pump(vertx, near, far, Direction.TO_BROKER, state, random);
    Pump back = new Pump(vertx, far, near, Direction.FROM_BROKER, state, random);
    Passage passage = new Passage(near, far, out, back);
    passages.add(passage);
    out.start(() -> passages.remove(passage));
    back.start(() -> passages.remove(passage));
  }

  /** Where clients connect to. */
  public BrokerAccess access() {
    return new BrokerAccess(
        "127.0.0.1", port, false, Optional.empty(), broker.username(), broker.password());
  }

  /** Lets something be wrong from now on. */
  Future<Void> begin(Effect effect) {
    return change(() -> state.add(effect));
  }

  /** Lets it be wrong no more. */
  Future<Void> end(Effect effect) {
    return change(() -> state.remove(effect));
  }

  private Future<Void> change(Runnable what) {
    return onContext(
        () -> {
          what.run();
          passages.forEach(
              passage -> {
                passage.out().changed();
                passage.back().changed();
              });
          if (!state.isCut()) {
            List<NetSocket> waiting = List.copyOf(held);
            held.clear();
            waiting.forEach(this::pass);
          }
          return Future.succeededFuture();
        });
  }

  /** Closes all connections; new ones are taken. */
  Future<Void> drop() {
    return onContext(
        () -> {
          List<Passage> all = List.copyOf(passages);
          passages.clear();
          all.forEach(
              passage -> {
                passage.near().close();
                passage.far().close();
              });
          return Future.succeededFuture();
        });
  }

  /** Closes it and all its connections. */
  public Future<Void> close() {
    return drop().compose(done -> Future.join(server.close(), client.close())).mapEmpty();
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }
}
