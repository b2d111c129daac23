package dev.bantam.runtime.http;

import dev.bantam.runtime.machine.ListenAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.shareddata.LocalMap;
import java.net.BindException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a device is asked over HTTP. A port that cannot be had costs the device nothing else: where
 * somebody has chosen it, it is tried again until it is free; else any free one serves. Every
 * method is called on the runtime's context, but for those that any thread may ask.
 */
public final class HttpPort {

  private static final Logger log = LoggerFactory.getLogger(HttpPort.class);

  private static final Duration RETRY = Duration.ofSeconds(10);

  /** The request line has this part of what a request may have; the headers have the rest. */
  private static final int LINE_SHARE = 4;

  private final Context context;
  private final HttpSettings settings;
  private final Answers answers;
  private final Guests guests;
  private final Runnable changed;
  private volatile Optional<ListenAddress> address = Optional.empty();
  private volatile Optional<String> problem = Optional.empty();
  private @Nullable HttpServer server;
  private Optional<String> taken = Optional.empty();
  private boolean closed;

  /**
   * @param source what is told
   * @param metrics how figures are written
   * @param changed run when the address is another one
   */
  public HttpPort(
      Context context,
      HttpSettings settings,
      HttpSource source,
      Metrics metrics,
      Runnable changed) {
    this.context = context;
    this.settings = settings;
    this.answers = new Answers(context, source, metrics);
    this.guests = new Guests(context.owner(), settings.limits(), metrics);
    this.changed = changed;
  }

  /** Where it listens; empty while it does not. Any thread. */
  public Optional<ListenAddress> address() {
    return address;
  }

  /** Why it does not listen, for people; empty if it does. Any thread. */
  public Optional<String> problem() {
    return problem;
  }

  /** Begins to listen; completes, always normally, when it is known whether that is possible. */
  public Future<Void> open() {
    ListenAddress wanted = settings.listen().orElse(HttpSettings.USUAL);
    return listen(wanted)
        .recover(why -> elsewhere(wanted, why))
        .onSuccess(this::listening)
        .recover(why -> later(wanted, why))
        .mapEmpty();
  }

  private Future<HttpServer> elsewhere(ListenAddress wanted, Throwable why) {
    if (settings.listen().isPresent() || !(why instanceof BindException)) {
      return Future.failedFuture(why);
    }
    log.info("port {} is taken; health and figures are at a free one", wanted.port());
    return listen(wanted.withPort(0));
  }

  private Future<HttpServer> listen(ListenAddress at) {
    if (!claim(at)) {
      return Future.failedFuture(new BindException("another device of this process listens there"));
    }
    HttpServer made = context.owner().createHttpServer(options(at));
    made.connectionHandler(guests::came);
    made.invalidRequestHandler(guests::malformed);
    made.requestHandler(this::serve);
    return made.listen().onFailure(why -> giveUp());
  }

  private void serve(HttpServerRequest request) {
    if (guests.serves(request)) {
      answers.give(request);
    }
  }

  private HttpServerOptions options(ListenAddress at) {
    HttpSettings.Limits limits = settings.limits();
    int line = limits.requestBytes() / LINE_SHARE;
    return new HttpServerOptions()
        .setHost(at.host())
        .setPort(at.port())
        // Otherwise a connection that sends nothing would be nobody's.
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(line)
        .setMaxHeaderSize(limits.requestBytes() - line)
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout(Math.toIntExact(limits.timeout().toMillis()));
  }

  /** Servers of one Vert.x at one address would share it, and each would get half the requests. */
  private boolean claim(ListenAddress at) {
    if (at.port() == 0) {
      return true;
    }
    if (addresses().putIfAbsent(at.toString(), true) != null) {
      return false;
    }
    taken = Optional.of(at.toString());
    return true;
  }

  private void giveUp() {
    taken.ifPresent(addresses()::remove);
    taken = Optional.empty();
  }

  private LocalMap<String, Boolean> addresses() {
    return context.owner().sharedData().getLocalMap("bantam.http");
  }

  private void listening(HttpServer opened) {
    server = opened;
    ListenAddress wanted = settings.listen().orElse(HttpSettings.USUAL);
    address = Optional.of(wanted.withPort(opened.actualPort()));
    problem = Optional.empty();
    settings.warning().ifPresent(log::warn);
    if (closed) {
      close();
    } else {
      changed.run();
    }
  }

  /** A process that ends just now gives its port free in a moment. */
  private Future<HttpServer> later(ListenAddress wanted, Throwable why) {
    String reason =
        "health and figures cannot be had at %s: %s; give another address by http.listen in bantam.yaml, or free this one"
            .formatted(wanted, why.getMessage());
    if (problem.isEmpty()) {
      log.warn("{}; the device serves, and tries again every {} s", reason, RETRY.toSeconds());
      problem = Optional.of(reason);
      changed.run();
    }
    Vertx vertx = context.owner();
    vertx.setTimer(
        RETRY.toMillis(),
        timer -> {
          if (!closed) {
            open();
          }
        });
    return Future.succeededFuture();
  }

  /** Listens no more; completes, always normally. Safe to call again. */
  public Future<Void> close() {
    closed = true;
    address = Optional.empty();
    HttpServer opened = server;
    server = null;
    giveUp();
    return opened == null ? Future.succeededFuture() : opened.close().otherwiseEmpty();
  }
}
