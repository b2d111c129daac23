package dev.bantam.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.RouteConfig.Form;
import dev.bantam.runtime.config.RouteConfig.Overflow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class RoutesConfigTest {

  private static final String HEAD = "device: gw-1\nmqtt: {url: mqtt://broker}\nroutes:\n";

  @TempDir Path folder;

  private RoutesConfig valid(String text) {
    return new SiteConfigReader()
        .read("bantam.yaml", text, folder)
        .orElseThrow(IllegalArgumentException::new)
        .routes();
  }

  private String report(String routes) {
    ReadResult<SiteConfig> result =
        new SiteConfigReader().read("bantam.yaml", HEAD + routes, folder);
    assertThat(result).as(routes).isInstanceOf(ReadResult.Invalid.class);
    return ((ReadResult.Invalid<SiteConfig>) result).report();
  }

  @Test
  void shouldTakeTheSmallestRoute() {
    // When
    RouteConfig route = valid(HEAD + "  copy: {from: plant/+/temp, to: copies}").routes().get(0);

    // Then
    assertThat(route.name()).isEqualTo("copy");
    assertThat(route.payload().form()).isEqualTo(Form.JSON);
    assertThat(route.work()).isEmpty();
    assertThat(route.window()).isEmpty();
    assertThat(route.queue()).isEqualTo(100);
    assertThat(route.overflow()).isEqualTo(Overflow.DROP_OLDEST);
    assertThat(route.output().qos()).isEqualTo(1);
  }

  @Test
  void shouldReadEveryKey() throws Exception {
    // Given
    Files.writeString(folder.resolve("answer.json"), "{\"type\": \"object\"}");

    // When
    RoutesConfig routes =
        valid(
            """
            device: gw-1
            mqtt: {url: mqtt://broker, route_topics: [plant/#]}
            routes:
              boiler:
                from: ["plant/{area}/{boiler}/temp", "hall/{area}/{boiler}/heat/#"]
                payload: json
                value: /t
                timestamp: /ts
                key: boiler
                keys: 50
                where: payload.t > 80
                deadband: 0.5
                at_most_every: 10s
                window: {count: 5, time: 30s, quiet: 5s, change: 2, most: 20}
                task: chat
                slot: assistant
                prompt: "{{ values | mean | fixed(1) }} degrees in {{ area }}"
                parameters: {max_tokens: 20, stop: ["."]}
                answer_schema: answer.json
                timeout: 20s
                parallel: 2
                to: plant/{area}/{boiler}/{/kind}/state
                output: "{{ text }}"
                qos: 0
                retain: true
                errors_to: plant/errors/{route}
                queue: 7
                overflow: back_pressure
            """);

    // Then
    assertThat(routes.topics()).containsExactly("plant/#");
    RouteConfig route = routes.routes().get(0);
    assertThat(route.from()).extracting(TopicPattern::filter).contains("hall/+/+/heat/#");
    assertThat(route.from().get(0).levels("plant/a/7/temp"))
        .containsEntry("area", "a")
        .containsEntry("boiler", "7");
    assertThat(route.keys()).isEqualTo(new RouteConfig.Keys(java.util.Optional.of("boiler"), 50));
    assertThat(route.sifting().deadband()).contains(0.5);
    assertThat(route.sifting().atMostEvery()).contains(Duration.ofSeconds(10));
    RouteConfig.Window window = route.window().orElseThrow();
    assertThat(window.count()).contains(5);
    assertThat(window.quiet()).contains(Duration.ofSeconds(5));
    assertThat(window.change()).contains(2.0);
    RouteConfig.Work work = route.work().orElseThrow();
    assertThat(work.parameters()).containsEntry("max_tokens", 20L);
    assertThat(work.answerSchema()).isPresent();
    assertThat(work.parallel()).isEqualTo(2);
    assertThat(route.output().retained()).isTrue();
    assertThat(route.output().topic().shape()).isEqualTo("plant/+/+/+/state");
    assertThat(route.overflow()).isEqualTo(Overflow.BACK_PRESSURE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{from: plant/a, to: plant/a} ~ the route would hear itself: r -> r",
        "{from: plant/+, to: x, errors_to: plant/e} ~ the route would hear itself: r -> r",
        "{from: 'plant/{a}', to: 'plant/{a}'} ~ the route would hear itself",
        "{from: 'a/{b}/{b}', to: x} ~ has two levels {b}",
        "{from: 'a/x{b}', to: x} ~ a name stands for a whole level",
        "{from: 'a/{payload}', to: x} ~ a level cannot be called {payload}",
        "{from: 'a/#/b', to: x} ~ is no topic filter",
        "{from: [a/+, a/b], to: x} ~ match the same topics",
        "{from: a, to: 'x/{b}'} ~ {b} is no level of each topic in from",
        "{from: 'a/{b}', to: '{b}/x'} ~ lets a message choose the topic's first level",
        "{from: a, to: x, errors_to: 'e/{/id}'} ~ may be what cannot be read",
        "{from: a, to: x/+} ~ is no topic",
        "{from: a, to: bantam/v1/device/gw-1/task/chat} ~ is not allowed",
        "{from: a, to: 'bantam/{/v}/x'} ~ is not allowed",
        "{from: a, to: $SYS/x} ~ is not allowed",
        "{from: a, to: x, deadband: 1} ~ needs a number; add the key value",
        "{from: a, to: x, window: {most: 3}} ~ has no end",
        "{from: a, to: x, window: {count: 9, most: 3}} ~ is less than count",
        "{from: a, to: x, value: t} ~ is no JSON Pointer",
        "{from: a, to: x, key: t} ~ is no level of from",
        "{from: a, to: x, prompt: hello} ~ is for routes with a task",
        "{from: a, to: x, task: chat, prompt: '{{ x | nope }}'} ~ there is no filter \"nope\"",
        "{from: a, to: x, task: chat, answer_schema: {type: nonsense}} ~ is no JSON Schema",
        "{from: a, to: x, task: chat, answer_schema: {$ref: 'http://example.org/x'}} ~ refers to",
        "{from: a, to: x, task: chat, answer_schema: missing.json} ~ there is no readable JSON file",
        "{from: a, to: x, payload: text, value: /t} ~ is for payloads in JSON only",
        "{from: a, to: x, overflow: sometimes} ~ is not known",
        "{from: a} ~ \"to\" is missing",
      })
  void shouldSayWhatIsWrong(String route, String problem) {
    assertThat(report("  r: " + route)).contains("bantam.yaml:4: routes.r").contains(problem);
  }

  @Test
  void shouldFindLoopsThroughSeveralRoutes() {
    String report =
        report(
            """
              one: {from: a/+, to: b/x}
              two: {from: b/+, to: c/x}
              three: {from: c/+, to: a/x}
              other: {from: c/+, to: d/x}
            """);
    assertThat(report)
        .contains("bantam.yaml:4: routes.one.to: the route would hear itself: one -> two -> three")
        .contains("routes.two.to", "routes.three.to")
        .doesNotContain("routes.other");
  }

  @Test
  void shouldLetRoutesFollowEachOther() {
    assertThat(valid(HEAD + "  one: {from: a/+, to: b/x}\n  two: {from: b/+, to: c/x}").routes())
        .hasSize(2);
  }

  @Test
  void shouldKeepToTheAllowedTopics() {
    String text =
        """
        device: gw-1
        mqtt: {url: mqtt://broker, route_topics: [plant/+/state]}
        routes:
          good: {from: 'a/{b}', to: 'plant/{b}/state'}
          own: {from: 'a/{b}', to: 'bantam/v1/device/{device}/route/{route}/out'}
          bad: {from: 'a/{b}', to: 'plant/{b}/set'}
        """;
    ReadResult<SiteConfig> result = new SiteConfigReader().read("bantam.yaml", text, folder);
    assertThat(((ReadResult.Invalid<SiteConfig>) result).problems())
        .singleElement()
        .hasToString(
            "bantam.yaml:6: routes.bad.to: \"plant/{b}/set\" is not allowed; routes may publish to plant/+/state (mqtt.route_topics), not below bantam/v1 but for bantam/v1/device/{device}/route/, and not to topics with a leading $");
  }

  @Test
  void shouldReportAllProblemsAtOnce() {
    assertThat(
            report(
                    """
                      one: {from: 'a/x{b}', to: x/+, deadband: 1}
                      two: {to: y, queu: 3}
                    """)
                .lines())
        .hasSize(5);
  }
}
