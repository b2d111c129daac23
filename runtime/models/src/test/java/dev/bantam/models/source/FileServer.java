package dev.bantam.models.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on loopback that serves one file, well or badly. */
final class FileServer implements AutoCloseable {

  /** How a request is answered. */
  @FunctionalInterface
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Behaviour> script = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** The Range header of each request for the file; empty for none. */
  final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  private final byte[] content;

  /** What the file's entity tag is; empty for none. */
  volatile String tag = "";

  FileServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/file", this::handle);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/file");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  /** The next requests are answered so, one each; those after them properly. */
  FileServer then(Behaviour behaviour) {
    script.add(behaviour);
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "" : range);
    Behaviour behaviour;
    synchronized (script) {
      behaviour = script.isEmpty() ? this::serve : script.remove(0);
    }
    try (exchange) {
      behaviour.answer(exchange);
    }
  }

  /** All that is asked for. */
  void serve(HttpExchange exchange) throws IOException {
    send(exchange, content.length);
  }

  /** Promises everything, sends up to {@code end}, and cuts the connection. */
  Behaviour truncateAt(int end) {
    return exchange -> send(exchange, end);
  }

  /** Sends up to {@code end}, and then nothing more until the server closes. */
  Behaviour stallAt(int end) {
    return exchange -> {
      int start = begin(exchange);
      OutputStream body = exchange.getResponseBody();
      body.write(content, start, end - start);
      body.flush();
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** Says it is busy, for so many seconds. */
  static Behaviour busy(int seconds) {
    return exchange -> {
      exchange.getResponseHeaders().add("Retry-After", Integer.toString(seconds));
      exchange.sendResponseHeaders(429, -1);
    };
  }

  /** Sends more than the file has, without saying how much. */
  Behaviour tooMuch() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(content);
      exchange.getResponseBody().write(content);
    };
  }

  static Behaviour status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  /** Ignores the Range header. */
  Behaviour whole() {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    };
  }

  private void send(HttpExchange exchange, int end) throws IOException {
    int start = begin(exchange);
    exchange.getResponseBody().write(content, start, end - start);
    exchange.getResponseBody().flush();
  }

  private int begin(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    if (!tag.isEmpty()) {
      exchange.getResponseHeaders().add("ETag", tag);
    }
    if (range == null || (condition != null && !condition.equals(tag))) {
      exchange.sendResponseHeaders(200, content.length);
      return 0;
    }
    int start = Integer.parseInt(range.replaceAll("\\D", ""));
    exchange
        .getResponseHeaders()
        .add(
            "Content-Range", "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
    exchange.sendResponseHeaders(206, content.length - start);
    return start;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
