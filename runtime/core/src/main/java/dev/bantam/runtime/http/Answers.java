package dev.bantam.runtime.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request a connection: probes and scrapes come too seldom to keep connections for
 * them. On the runtime's context.
 */
final class Answers {

  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String METRICS = "/metrics";
  private static final String JSON = "application/json";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int CONTENT_TOO_LARGE = 413;
  private static final int FAILED = 500;
  private static final int UNAVAILABLE = 503;

  private final Context context;
  private final HttpSource source;
  private final Metrics metrics;
  private @Nullable Future<String> page;

  Answers(Context context, HttpSource source, Metrics metrics) {
    this.context = context;
    this.source = source;
    this.metrics = metrics;
  }

  void give(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
      end(request, METHOD_NOT_ALLOWED, problem("only GET and HEAD are served"));
    } else if (hasBody(request)) {
      end(request, CONTENT_TOO_LARGE, problem("a request has no body here"));
    } else {
      give(request, String.valueOf(request.path()));
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private void give(HttpServerRequest request, String path) {
    switch (path) {
      case LIVE -> end(request, OK, new JsonObject().put("status", "live"));
      case READY -> ready(request);
      case METRICS ->
          page()
              .onSuccess(text -> end(request, OK, Metrics.MEDIA_TYPE, text))
              .onFailure(why -> failed(request, why));
      default ->
          end(
              request,
              NOT_FOUND,
              problem(
                  "there is nothing here; there are %s, %s and %s"
                      .formatted(LIVE, READY, METRICS)));
    }
  }

  private void ready(HttpServerRequest request) {
    Readiness found = source.readiness();
    if (found.isReady()) {
      end(request, OK, new JsonObject().put("status", "ready"));
    } else {
      end(
          request,
          UNAVAILABLE,
          new JsonObject().put("status", "not_ready").put("obstacles", found.obstacles()));
    }
  }

  /** Those who ask while the figures are being written get the same ones. */
  private Future<String> page() {
    Future<String> underWay = page;
    if (underWay != null) {
      return underWay;
    }
    Future<String> begun =
        source.snapshot().compose(now -> context.executeBlocking(() -> metrics.page(now), false));
    page = begun;
    begun.onComplete(done -> page = null);
    return begun;
  }

  private static void failed(HttpServerRequest request, Throwable why) {
    log.error("the figures cannot be written", why);
    end(request, FAILED, problem("the figures cannot be written; the device's log says why"));
  }

  private static JsonObject problem(String message) {
    return new JsonObject().put("error", new JsonObject().put("message", message));
  }

  private static void end(HttpServerRequest request, int status, JsonObject body) {
    end(request, status, JSON, body.encode() + "\n");
  }

  private static void end(HttpServerRequest request, int status, String type, String body) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(body)
        .onComplete(sent -> request.connection().close());
  }
}
