package dev.bantam.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.machine.ListenAddress;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP clients that take too much, by plain sockets, while requests over MQTT are answered. */
@Timeout(90)
class HttpLimitsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 4;
  private static final String REQUEST = "GET /health/live HTTP/1.1\r\nHost: a\r\n";

  @TempDir Path folder;

  private RuntimeFixture fixture;
  private ListenAddress address;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void setUp() {
    fixture = new RuntimeFixture(folder);
  }

  private void start(String timeout) throws Exception {
    SiteConfig site =
        fixture
            .site(
                "http: {max_connections: 4, max_request_bytes: 2KiB, timeout: %s}"
                    .formatted(timeout))
            .orElseThrow(IllegalArgumentException::new);
    address =
        fixture
            .start(fixture.options(site, "name: assistant, plugin: echo, model: tiny"))
            .http()
            .orElseThrow();
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    fixture.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(address.host(), address.port());
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** All that comes until the connection is closed, in whatever way. */
  private static String rest(Socket socket) {
    StringBuilder text = new StringBuilder();
    try {
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        text.append((char) next);
      }
    } catch (SocketException reset) {
      return text.toString();
    } catch (IOException e) {
      throw new AssertionError("neither answered nor closed, but: " + text, e);
    }
    return text.toString();
  }

  private void assertServes() throws Exception {
    assertThat(RuntimeFixture.output(fixture.asking("echo", "still here"))).contains("still here");
  }

  private String asked(String request) throws IOException {
    Socket socket = connect();
    send(socket, request);
    return rest(socket);
  }

  private void awaitAnswer() {
    Eventually.await(
        "an answer",
        LIMIT,
        () -> {
          try {
            return asked(REQUEST + "\r\n").startsWith("HTTP/1.1 200");
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void shouldCloseConnectionsBeyondTheLimitAtOnceAndServeWhenOneIsGone() throws Exception {
    // Given as many as may be, which say nothing
    start("5m");
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      silent.add(connect());
    }

    // When
    List<String> beyond = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = connect();
      try {
        send(socket, REQUEST + "\r\n");
      } catch (SocketException closed) {
        // Sooner than the request was written.
      }
      beyond.add(rest(socket));
    }

    // Then
    assertThat(beyond).containsOnly("");
    assertServes();
    for (Socket each : silent) {
      each.close();
    }
    awaitAnswer();
    assertThat(asked("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"))
        .containsPattern(
            "bantam_http_refused_total.reason=\"too_many_connections\". [2-9][0-9][.]0");
  }

  @Test
  void shouldEndConnectionsThatSendByteAfterByte() throws Exception {
    start("2s");
    // Given all places taken by clients that are never idle for long
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      slow.add(connect());
      send(slow.get(i), "GET /health/live HTTP/1.1\r\nX: ");
    }

    // When
    long end = System.nanoTime() + LIMIT.toNanos();
    boolean open = true;
    while (open && System.nanoTime() < end) {
      try {
        for (Socket each : slow) {
          send(each, "x");
        }
        Thread.sleep(100);
      } catch (SocketException closed) {
        open = false;
      }
    }

    // Then
    assertThat(open).isFalse();
    assertServes();
    awaitAnswer();
  }

  @Test
  void shouldRefuseWhatIsLargerThanARequestMayBe() throws Exception {
    start("2s");
    String endless = "x".repeat(64 * 1024);

    assertThat(quietly("GET /" + endless + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .matches("(?s)HTTP/1.[01] 414.*");
    assertThat(quietly(REQUEST + "X: " + endless + "\r\n\r\n")).matches("(?s)HTTP/1.[01] 431.*");
    assertThat(quietly(REQUEST + "Content-Length: 1000000000\r\n\r\n" + endless))
        .matches("(?s)HTTP/1.[01] 413.*");
    assertThat(quietly(REQUEST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"))
        .matches("(?s)HTTP/1.[01] 413.*");
    assertServes();
  }

  /** Where the rest of a request is not read, the system may reset the connection: asked again. */
  private String quietly(String request) {
    StringBuilder answer = new StringBuilder();
    Eventually.await(
        "an answer to a request of " + request.length() + " bytes",
        LIMIT,
        () -> {
          try {
            answer.append(asked(request.substring(0, Math.min(request.length(), 3000))));
          } catch (IOException closed) {
            return false;
          }
          return !answer.isEmpty();
        });
    return answer.toString();
  }

  @Test
  void shouldRefuseWhatIsNoHttp() throws Exception {
    start("2s");
    assertThat(asked("\0\1\2 MQTT?\r\n\r\n")).matches("(?s)HTTP/1.[01] 400.*");
    assertThat(asked("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).doesNotContain("HTTP/1.1 200");
    assertThat(asked(REQUEST + "\r\n" + REQUEST + "\r\n")).containsOnlyOnce("HTTP/1.1 200");
    assertServes();
  }

  @Test
  void shouldEndConnectionsOfClientsThatDoNotReadTheirAnswers() throws Exception {
    // Given
    start("2s");
    for (int i = 0; i < CONNECTIONS; i++) {
      Socket socket = connect();
      socket.setReceiveBufferSize(1024);
      send(socket, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    // Then
    awaitAnswer();
    assertServes();
  }
}
