package dev.bantam.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page of a headless Chromium, driven by the DevTools protocol. {@code ./bantam test} installs
 * the browser.
 */
final class Chromium implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("DevTools listening on ws://([^/]+)/");
  private static final long LIMIT_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path profile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();

  private Chromium(Process process, String address, Path profile) throws Exception {
    this.process = process;
    this.profile = profile;
    HttpRequest pages = HttpRequest.newBuilder(URI.create("http://" + address + "/json")).build();
    JsonNode list = JSON.readTree(http.send(pages, HttpResponse.BodyHandlers.ofString()).body());
    URI page = null;
    for (JsonNode each : list) {
      page =
          each.path("type").asText().equals("page")
              ? URI.create(each.get("webSocketDebuggerUrl").asText())
              : page;
    }
    if (page == null) {
      throw new IOException("the browser has no page: " + list);
    }
    this.socket = http.newWebSocketBuilder().buildAsync(page, new Ears()).get();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      ask(domain + ".enable", Map.of());
    }
  }

  /** Where the browser is; empty if it is not installed. */
  static Optional<Path> executable() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts the browser, with a profile of its own that goes with it. */
  static Chromium start(Path browser) throws Exception {
    Path profile = Files.createTempDirectory("chromium-");
    List<String> command =
        new ArrayList<>(
            List.of(
                browser.toString(),
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-sandbox", // root and containers have none, and the page is our own
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--no-default-browser-check"));
    command.add("about:blank");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return new Chromium(process, address(process), profile);
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Reads what the browser prints until it says where it listens, and the rest for ever. */
  private static String address(Process process) throws Exception {
    CompletableFuture<String> address = new CompletableFuture<>();
    StringBuilder said = new StringBuilder();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  said.append(line).append('\n');
                  Matcher matcher = ADDRESS.matcher(line);
                  if (matcher.find()) {
                    address.complete(matcher.group(1));
                  }
                }
                address.completeExceptionally(new IOException("the browser ended:\n" + said));
              } catch (IOException e) {
                address.completeExceptionally(e);
              }
            },
            "chromium-output");
    reader.setDaemon(true);
    reader.start();
    return address.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private final class Ears implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        try {
          heard(JSON.readTree(parts.toString()));
        } catch (IOException e) {
          open.values().forEach(answer -> answer.completeExceptionally(e));
        }
        parts.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private void heard(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = open.remove(message.get("id").asInt());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    events.add(message);
  }

  /** Sends a command and waits for its result. */
  JsonNode ask(String method, Map<String, Object> parameters) throws Exception {
    int id = commands.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(id, answer);
    socket
        .sendText(
            JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
        .get();
    JsonNode message = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (message.has("error")) {
      throw new IllegalStateException(method + ": " + message.get("error"));
    }
    return message.get("result");
  }

  /** Opens a file and waits until it is loaded; the blank page before it says so of itself, too. */
  void open(Path file) throws Exception {
    String url = file.toUri().toString();
    ask("Page.navigate", Map.of("url", url));
    String loaded = "document.readyState === 'complete' && location.href";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!evaluate(loaded).asText().equals(url)) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("the page does not load: " + url);
      }
      Thread.sleep(20);
    }
  }

  /** What an expression of JavaScript is. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        ask(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** What the page has complained of: errors, and whatever it wrote to the console. */
  List<String> complaints() {
    return events.stream()
        .filter(
            event ->
                List.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
                    .contains(event.path("method").asText()))
        .map(JsonNode::toString)
        .toList();
  }

  /** What the page has asked for, itself included. */
  List<String> requested() {
    return events.stream()
        .filter(event -> event.path("method").asText().equals("Network.requestWillBeSent"))
        .map(event -> event.at("/params/request/url").asText())
        .toList();
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    forget(profile);
  }

  /** What the browser still writes while it ends may stay. */
  private static void forget(Path profile) throws IOException {
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (UncheckedIOException e) {
      profile.toFile().deleteOnExit();
    }
  }
}
