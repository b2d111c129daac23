package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.JSON;
import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.governor.SystemFolder;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routes and limits of temperature of a device change while it runs, over mosquitto. */
@Timeout(120)
class RouteReloadIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLOT = "name: assistant, plugin: echo, model: tiny, workers: 2";

  @TempDir Path folder;

  private RuntimeFixture fixture;

  @BeforeEach
  void setUp() {
    fixture = new RuntimeFixture(folder);
  }

  @AfterEach
  void tearDown() throws Exception {
    fixture.close();
  }

  private ReadResult<SiteConfig> file(String further) {
    return fixture.site(further);
  }

  private BantamRuntime start(String further) throws Exception {
    return fixture.start(options(further));
  }

  private RuntimeOptions options(String further) throws IOException {
    SiteConfig site = file(further).orElseThrow(IllegalStateException::new);
    return fixture.options(site, SLOT).withState(folder.resolve("state"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitLine(Path file, String line) {
    Eventually.await(line, LIMIT, () -> lines(file).contains(line));
  }

  /** A sensor that says one line after the other at QoS 1. */
  private final class Sensor implements AutoCloseable {
    private final Process process;
    private final Writer input;

    Sensor(String topic) throws IOException {
      process = fixture.client("mosquitto_pub", "-q", "1", "-l", "-t", topic);
      input = process.outputWriter(StandardCharsets.UTF_8);
    }

    void say(String line) throws IOException {
      input.write(line + "\n");
      input.flush();
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }

  @Test
  void shouldChangeARouteWithoutLosingOrRepeatingAMessage() throws Exception {
    // Given
    BantamRuntime runtime =
        start(
            "routes: {r: {from: [s/a, s/old], payload: text, to: out, output: 'A {{ payload }}', overflow: back_pressure}}");
    Path out = fixture.collected("out");
    try (Sensor sensor = new Sensor("s/a")) {
      for (int i = 0; i < 600; i++) {
        sensor.say(String.valueOf(i));
        // When
        if (i == 200) {
          awaitLine(out, "A 0");
          ReloadReport report =
              await(
                  runtime.reload(
                      file(
                          "routes: {r: {from: [s/a, s/new], payload: text, to: out, output: 'B {{ payload }}', queue: 7, overflow: back_pressure}}")));
          assertThat(report.applied()).containsExactly("routes.r");
          assertThat(report.needsRestart()).isEmpty();
        }
      }
      awaitLine(out, "B 599");
    }

    // Then
    assertThat(lines(out).stream().map(line -> line.substring(2)))
        .containsExactlyElementsOf(IntStream.range(0, 600).mapToObj(String::valueOf).toList());
    assertThat(lines(out)).contains("A 0", "B 599");

    // And the filters are the new ones
    try (Sensor old = new Sensor("s/old");
        Sensor fresh = new Sensor("s/new")) {
      old.say("old");
      fresh.say("new");
      awaitLine(out, "B new");
    }
    assertThat(lines(out)).doesNotContain("A old", "B old");
  }

  @Test
  void shouldEndWhatAChangedRouteHasAskedForAndWhatStandsInItsWindows() throws Exception {
    // Given one at work, two that wait, and one in a window
    BantamRuntime runtime =
        start(
            """
            routes:
              r: {from: s/a, payload: text, task: wait, prompt: '{{ payload }}', to: out, output: 'A {{ text }}'}
              w: {from: s/w, payload: text, window: {count: 3}, to: out, output: 'W {{ messages | length }}'}
            """);
    Path out = fixture.collected("out");
    try (Sensor sensor = new Sensor("s/a");
        Sensor windowed = new Sensor("s/w")) {
      for (String line : List.of("one", "two", "three")) {
        sensor.say(line);
      }
      windowed.say("x");
      Eventually.await("at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);
      Eventually.await("all there", LIMIT, () -> queued("r") == 2 && arrived("w") == 1);

      // When
      await(
          runtime.reload(
              file("routes: {r: {from: s/a, payload: text, to: out, output: 'B {{ payload }}'}}")));
      awaitLine(out, "W 1");
      sensor.say("four");
      awaitLine(out, "B four");
      EchoPlugin.GATE.release(3);

      // Then
      awaitLine(out, "A three");
      assertThat(lines(out)).contains("A one", "A two", "A three", "B four");

      // And the route that is gone hears nothing more
      for (int i = 0; i < 3; i++) {
        windowed.say("y");
      }
      sensor.say("five");
      awaitLine(out, "B five");
      assertThat(lines(out)).hasSize(6);
    }
  }

  private int queued(String route) {
    return counter(route, "queued");
  }

  private int arrived(String route) {
    return counter(route, "in");
  }

  private int counter(String route, String name) {
    try {
      String answer = RuntimeFixture.output(fixture.asking("route-stats", "{}"));
      return JSON.readTree(answer).at("/routes/" + route + "/" + name).asInt(-1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldTakeNewRoutesAndKeepThoseThatAreAsTheyWere() throws Exception {
    // Given
    String kept = "  kept: {from: s/kept, payload: text, to: out, output: 'K {{ payload }}'}\n";
    BantamRuntime runtime = start("routes:\n" + kept);
    Path out = fixture.collected("out");
    try (Sensor sensor = new Sensor("s/kept");
        Sensor other = new Sensor("s/other")) {
      sensor.say("1");
      awaitLine(out, "K 1");

      // When
      ReloadReport report =
          await(
              runtime.reload(
                  file(
                      "routes:\n"
                          + kept
                          + "  more: {from: s/other, payload: text, to: out, output: 'M {{ payload }}'}\n")));

      // Then
      assertThat(report.applied()).containsExactly("routes.more");
      other.say("1");
      awaitLine(out, "M 1");
      assertThat(counter("kept", "in")).isEqualTo(1);

      // And one that goes and comes back at once
      await(runtime.reload(file("routes:\n" + kept)));
      await(
          runtime.reload(
              file(
                  "routes:\n"
                      + kept
                      + "  more: {from: s/other, payload: text, to: out, output: 'N {{ payload }}'}\n")));
      other.say("2");
      awaitLine(out, "N 2");
    }
  }

  @Test
  void shouldNotWaitForABrokerThatIsAway() throws Exception {
    // Given
    BantamRuntime runtime = start("");
    fixture.broker.kill();
    Eventually.await("lost", LIMIT, () -> !isConnected(runtime));

    // When
    Instant begun = Instant.now();
    ReloadReport report =
        await(
            runtime.reload(
                file("routes: {r: {from: s/a, payload: text, to: out, output: '{{ payload }}'}}")));

    // Then
    assertThat(report.applied()).containsExactly("routes.r");
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(2));

    // And when it is back, the route is there
    fixture.broker.restart();
    Eventually.await("back", LIMIT, () -> isConnected(runtime));
    Path out = fixture.collected("out");
    try (Sensor sensor = new Sensor("s/a")) {
      sensor.say("1");
      awaitLine(out, "1");
    }
  }

  private static boolean isConnected(BantamRuntime runtime) {
    try {
      return await(runtime.connected());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldReadTheSchemaOfAnswersAgain() throws Exception {
    // Given
    Path schema = Files.writeString(folder.resolve("answer.json"), "{\"type\":\"object\"}");
    String route =
        "routes: {r: {from: s/a, payload: text, task: echo, prompt: '{{ payload }}', answer_schema: answer.json, to: out, output: 'good', errors_to: errors}}";
    BantamRuntime runtime = start(route);
    Path out = fixture.collected("out");
    Path errors = fixture.collected("errors");
    try (Sensor sensor = new Sensor("s/a")) {
      sensor.say("17");
      Eventually.await("an error", LIMIT, () -> lines(errors).size() == 1);

      // When
      assertThat(file(route).orElseThrow(IllegalStateException::new).routes().files())
          .containsExactly(schema);
      Files.writeString(schema, "{\"type\":\"number\"}");
      ReloadReport report = await(runtime.reload(file(route)));

      // Then
      assertThat(report.applied()).containsExactly("routes.r");
      sensor.say("17");
      awaitLine(out, "good");
    }
  }

  @Test
  void shouldSpareItselfByOtherLimitsAtOnce() throws Exception {
    // Given
    SystemFolder system = new SystemFolder(folder.resolve("system"));
    system.zones().heat(60);
    BantamRuntime runtime = fixture.start(options("").withSensors(system.sensors()));
    assertThat(runtime.status().temperature()).isEmpty();

    // When
    ReloadReport watched =
        await(runtime.reload(file("temperature: {warm: 40, hot: 50, critical: 55}")));

    // Then
    assertThat(watched.applied()).containsExactly("temperature");
    assertThat(watched.needsRestart()).isEmpty();
    assertThat(RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}")))
        .contains("too_hot");

    // And what is wrong changes nothing
    ReloadReport wrong = await(runtime.reload(file("temperature: {warm: 40}")));
    assertThat(wrong.refused().orElseThrow()).contains("add the key hot");
    assertThat(RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}")))
        .contains("too_hot");

    // And higher ones, and none
    assertThat(await(runtime.reload(file("temperature: {warm: 70, hot: 80}"))).applied())
        .containsExactly("temperature");
    assertThat(RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}")))
        .contains("\"hi\"");
    assertThat(await(runtime.reload(file(""))).applied()).containsExactly("temperature");
    assertThat(runtime.status().temperature()).isEqualTo(Optional.empty());
  }
}
