package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.JSON;
import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.http.PrometheusText;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Health and figures of whole runtimes, asked by the JDK's HTTP client. */
@Timeout(90)
class HealthIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLOT = "name: assistant, plugin: echo, model: generating";

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private RuntimeFixture fixture;

  @BeforeEach
  void setUp() {
    fixture = new RuntimeFixture(folder);
  }

  @AfterEach
  void tearDown() throws Exception {
    fixture.close();
  }

  private SiteConfig site(String further) {
    return fixture.site(further).orElseThrow(IllegalArgumentException::new);
  }

  private static URI uri(BantamRuntime runtime, String path) {
    return URI.create("http://" + runtime.http().orElseThrow() + path);
  }

  private HttpResponse<String> get(BantamRuntime runtime, String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(uri(runtime, path)).timeout(LIMIT).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private PrometheusText figures(BantamRuntime runtime) throws Exception {
    HttpResponse<String> page = get(runtime, "/metrics");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    return PrometheusText.parse(page.body());
  }

  @Test
  void shouldBeReadyWhileTheBrokerIsThereAndLiveInAnyCase() throws Exception {
    // Given
    BantamRuntime runtime = fixture.start(fixture.options(SLOT));
    assertThat(get(runtime, "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(runtime, "/health/ready").statusCode()).isEqualTo(200);
    assertThat(fixture.retained("status").at("/http/listen").asText())
        .isEqualTo(runtime.http().orElseThrow().toString());
    assertThat(PublishedSchemas.problems("status", fixture.retained("status"))).isEmpty();

    // When
    fixture.broker.kill();

    // Then
    Eventually.await("not ready", LIMIT, () -> get(runtime, "/health/ready").statusCode() == 503);
    JsonNode answer = JSON.readTree(get(runtime, "/health/ready").body());
    assertThat(answer.get("status").asText()).isEqualTo("not_ready");
    assertThat(answer.get("obstacles").toString()).contains("is not connected to the broker");
    assertThat(get(runtime, "/health/live").statusCode()).isEqualTo(200);

    // And when
    fixture.broker.restart();

    // Then
    Eventually.await("ready", LIMIT, () -> get(runtime, "/health/ready").statusCode() == 200);
  }

  @Test
  void shouldNotBeReadyWithoutAModel() throws Exception {
    BantamRuntime runtime =
        fixture.start(
            fixture
                .options("name: assistant, plugin: echo, model: missing")
                .withoutSlots(Map.of("assistant", "it is not installed; pull it")));

    HttpResponse<String> ready = get(runtime, "/health/ready");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(JSON.readTree(ready.body()).get("obstacles").get(0).asText())
        .isEqualTo("slot assistant is no_model: it is not installed; pull it");
  }

  @Test
  void shouldNotBeReadyWhileItStops() throws Exception {
    // Given a request that does not end
    BantamRuntime runtime =
        fixture.start(fixture.options(SLOT).withDrainLimit(Duration.ofSeconds(20)));
    Process client = fixture.asking("wait", "patience");
    Eventually.await("the request is at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    var stopped = runtime.stop();

    // Then
    Eventually.await("not ready", LIMIT, () -> get(runtime, "/health/ready").statusCode() == 503);
    assertThat(get(runtime, "/health/ready").body()).contains("the runtime is draining");
    assertThat(get(runtime, "/health/live").statusCode()).isEqualTo(200);
    int port = runtime.http().orElseThrow().port();
    EchoPlugin.GATE.release();
    await(stopped);
    assertThat(RuntimeFixture.output(client)).contains("patience");
    assertThat(Ports.isOpen(port)).isFalse();
    assertThat(runtime.http()).isEmpty();
  }

  private static JsonNode last(Path file) {
    try {
      List<JsonNode> all = RuntimeFixture.messages(file);
      return all.isEmpty() ? JSON.createObjectNode() : all.get(all.size() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldTellTheSameFiguresAsTelemetry() throws Exception {
    PrometheusText.require();
    // Given
    Path telemetry = fixture.subscribed("telemetry");
    BantamRuntime runtime = fixture.start(fixture.options(fixture.talkativeSite(), SLOT));
    for (int i = 0; i < 3; i++) {
      RuntimeFixture.output(fixture.asking("echo", "hello " + i));
    }
    fixture.client("mosquitto_pub", "-q", "1", "-t", "site/7/log", "-m", "line").waitFor();
    fixture
        .client("mosquitto_pub", "-q", "1", "-t", RuntimeFixture.BASE + "/task/echo", "-m", "x")
        .waitFor();
    fixture.wish("{\"generation\":1,\"model\":\"generating:4\",\"policy\":{\"probation\":\"0s\"}}");
    Eventually.await(
        "the last of all is told",
        LIMIT,
        () ->
            last(telemetry).at("/slots/assistant/swaps/successful").asInt() == 1
                && last(telemetry).at("/routes/lines/out").asInt() == 1
                && last(telemetry).at("/refused/no_response_topic").asInt() == 1);

    // When
    PrometheusText text = figures(runtime);
    JsonNode told = last(telemetry);

    // Then
    Map<String, String> slot = Map.of("slot", "assistant");
    JsonNode ofSlot = told.at("/slots/assistant");
    for (String outcome : List.of("answered", "refused", "expired", "cancelled", "failed")) {
      assertThat(text.value("bantam_requests_total", Map.of("outcome", outcome)))
          .isEqualTo(ofSlot.get(outcome).asDouble());
    }
    assertThat(text.value("bantam_requests_total", Map.of("outcome", "answered"))).isEqualTo(3);
    assertThat(text.value("bantam_tokens_total", Map.of("kind", "prompt"))).isEqualTo(9);
    assertThat(text.value("bantam_decoded_tokens_total", slot))
        .isEqualTo(ofSlot.at("/tokens/decoded").asDouble())
        .isEqualTo(9);
    assertThat(text.value("bantam_decode_seconds_total", slot))
        .isEqualTo(ofSlot.at("/tokens/decode_seconds").asDouble())
        .isEqualTo(0.09);
    assertThat(text.value("bantam_prefill_seconds_total", slot)).isEqualTo(0.06);
    assertThat(text.value("bantam_first_token_seconds_count", slot)).isEqualTo(3);
    assertThat(text.value("bantam_first_token_seconds_sum", slot)).isGreaterThanOrEqualTo(0.066);
    assertThat(text.value("bantam_request_seconds_bucket", Map.of("le", "+Inf"))).isEqualTo(3);
    assertThat(text.type("bantam_first_token_seconds_count")).isEqualTo("histogram");
    assertThat(text.value("bantam_swaps_total", Map.of("outcome", "successful"))).isEqualTo(1);
    assertThat(text.value("bantam_slot_serving", Map.of("model", "generating:4@f32"))).isEqualTo(1);
    assertThat(text.value("bantam_route_ended_total", Map.of("route", "lines", "outcome", "out")))
        .isEqualTo(1);
    assertThat(text.value("bantam_mqtt_refused_total", Map.of("reason", "no_response_topic")))
        .isEqualTo(1);
    assertThat(text.value("bantam_mqtt_connected", Map.of("client", "bantam-boiler-1")))
        .isEqualTo(1);
    assertThat(text.value("bantam_memory_budget_bytes"))
        .isEqualTo(told.at("/memory/budget_bytes").asDouble());
    assertThat(text.value("bantam_governor_step")).isZero();
    assertThat(text.value("bantam_build_info", Map.of("device", "boiler-1"))).isEqualTo(1);
    assertThat(text.value("bantam_ready")).isEqualTo(1);
    assertThat(text.type("process_cpu_seconds_total")).isEqualTo("counter");
    assertThat(text.value("process_cpu_seconds_total")).isPositive();
    assertThat(PublishedSchemas.problems("telemetry", told)).isEmpty();
  }

  @Test
  void shouldForgetTheFiguresOfARouteThatIsGone() throws Exception {
    PrometheusText.require();
    // Given
    BantamRuntime runtime = fixture.start(fixture.options(fixture.talkativeSite(), SLOT));
    assertThat(figures(runtime).families()).contains("bantam_route_received");

    // When
    SiteConfig without = site("");
    await(runtime.reload(new ReadResult.Valid<>(without.withMqtt(fixture.talkativeSite().mqtt()))));

    // Then
    PrometheusText after = figures(runtime);
    assertThat(after.families()).doesNotContain("bantam_route_received", "bantam_route_pending");
    assertThat(after.value("bantam_ready")).isEqualTo(1);
  }

  @Test
  void shouldTellWhatItsPageSaysAndNothingElse() throws Exception {
    PrometheusText.require();
    // Given
    BantamRuntime runtime = fixture.start(fixture.options(fixture.talkativeSite(), SLOT));
    RuntimeFixture.output(fixture.asking("echo", "hello"));
    String page = Files.readString(Path.of("../docs/health.md"));
    Set<String> documented = new TreeSet<>();
    Pattern.compile("`((?:bantam|process)_[a-z_]+)`")
        .matcher(page.substring(page.indexOf("| metric |")))
        .results()
        .map((MatchResult found) -> found.group(1).replaceAll("_total$", ""))
        .forEach(documented::add);

    // When
    Set<String> told = new TreeSet<>(figures(runtime).families());

    // Then histograms have the longest time of late beside them
    told.removeIf(name -> name.endsWith("_seconds_max"));
    assertThat(documented).containsAll(told.stream().map(HealthIT::bare).toList());
    documented.removeAll(told.stream().map(HealthIT::bare).toList());
    assertThat(documented)
        .as("what needs a thermometer, or has not happened")
        .isSubsetOf("bantam_temperature_celsius", "bantam_swaps", "bantam_mqtt_refused");
  }

  private static String bare(String family) {
    return family.replaceAll("_total$", "");
  }

  @Test
  void shouldHaveAPortEachWhereSeveralDevicesAreOnAMachine() throws Exception {
    // When
    BantamRuntime one = fixture.start(fixture.options(SLOT));
    BantamRuntime other =
        fixture.start(
            fixture.options(
                SiteConfig.of("boiler-2", MqttConfig.of(URI.create(fixture.broker.url()))), SLOT));

    // Then
    assertThat(one.http().orElseThrow().port()).isNotEqualTo(other.http().orElseThrow().port());
    for (BantamRuntime each : List.of(one, other)) {
      String device = each.status().device();
      for (int i = 0; i < 4; i++) {
        assertThat(get(each, "/metrics").body()).contains("device=\"%s\"".formatted(device));
      }
    }
  }

  @Test
  void shouldServeAllTheSameWhereItsPortIsTakenAndHaveItWhenItIsFree() throws Exception {
    // Given
    int port = Ports.free();
    BantamRuntime runtime;
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();

      // When
      runtime =
          fixture.start(
              fixture.options(site("http: {listen: '127.0.0.1:%d'}".formatted(port)), SLOT));

      // Then
      assertThat(runtime.http()).isEmpty();
      assertThat(RuntimeFixture.output(fixture.asking("echo", "hello"))).contains("hello");
      JsonNode status = fixture.retained("status");
      assertThat(status.at("/http/problem").asText())
          .contains("127.0.0.1:" + port, "http.listen", "bantam.yaml");
      assertThat(PublishedSchemas.problems("status", status)).isEmpty();
    }

    // And when it is free
    Eventually.await("its port", LIMIT, () -> runtime.http().isPresent());
    assertThat(get(runtime, "/health/ready").statusCode()).isEqualTo(200);
    Eventually.await("the status says so", LIMIT, () -> statusText().contains("\"listen\""));
    assertThat(statusText()).doesNotContain("problem");
  }

  private String statusText() {
    try {
      return fixture.retained("status").toString();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTellNothingWhereTheSiteWantsNone() throws Exception {
    BantamRuntime runtime = fixture.start(fixture.options(site("http: {listen: none}"), SLOT));

    assertThat(runtime.http()).isEmpty();
    assertThat(fixture.retained("status").has("http")).isFalse();
  }

  @Test
  void shouldSayWhatThereIsAndRefuseTheRest() throws Exception {
    BantamRuntime runtime = fixture.start(fixture.options(SLOT));

    assertThat(get(runtime, "/").statusCode()).isEqualTo(404);
    assertThat(get(runtime, "/").body()).contains("/health/live", "/health/ready", "/metrics");
    assertThat(send(runtime, "POST", "x").statusCode()).isEqualTo(405);
    assertThat(send(runtime, "POST", "x").headers().firstValue("allow")).contains("GET, HEAD");
    assertThat(send(runtime, "GET", "body").statusCode()).isEqualTo(413);
    assertThat(send(runtime, "HEAD", "").statusCode()).isEqualTo(200);
    assertThat(send(runtime, "HEAD", "").body()).isEmpty();
  }

  private HttpResponse<String> send(BantamRuntime runtime, String method, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(runtime, "/health/live"))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .timeout(LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
