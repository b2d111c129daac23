package dev.bantam.runtime.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.testkit.Eventually;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What routes do over a broker, whichever it is. */
@Timeout(180)
abstract class RouteCases {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASK =
      """
      r:
        from: plant/{boiler}/temp
        value: /t
        task: say
        prompt: "{{ 'hot' if value > 90 else 'fine' }}"
        to: plant/{boiler}/state
        errors_to: plant/errors
      """;

  abstract String url();

  @Test
  void shouldAnswerASensorThatKnowsNothingOfBantam() throws Exception {
    try (RouteFixture fixture = new RouteFixture(url(), ASK);
        Wires wires = new Wires(url(), "plant/+/state", "plant/errors")) {
      // When
      wires.publish("plant/7/temp", "{\"t\":97}");
      wires.publish("plant/8/temp", "{\"t\":97");
      // Then
      JsonNode state = JSON.readTree(wires.await("plant/7/state", 1).get(0).payload());
      assertThat(state.get("label").asText()).isEqualTo("hot");
      assertThat(state.get("model").asText()).isEqualTo("fake:1@q8");
      assertThat(state.get("source_ts").asText()).endsWith("Z");
      JsonNode error = JSON.readTree(wires.await("plant/errors", 1).get(0).payload());
      assertThat(error.at("/error/code").asText()).isEqualTo("invalid_payload");
      assertThat(error.get("payload").asText()).isEqualTo("{\"t\":97");
      fixture.awaitEnded(2);
      assertThat(fixture.stats()).containsEntry("out", 1L).containsEntry("errors", 1L);
    }
  }

  @Test
  void shouldCountAThousandMessages() throws Exception {
    try (RouteFixture fixture = new RouteFixture(url(), ASK);
        Wires wires = new Wires(url())) {
      for (int i = 0; i < 1_000; i++) {
        wires.publish("plant/" + i % 7 + "/temp", i % 10 == 0 ? "broken" : "{\"t\":" + i + "}");
      }
      fixture.awaitEnded(1_000);
      assertThat(fixture.addsUp()).isTrue();
      JsonNode stats = JSON.readTree(wires.ask("route-stats", "{}")).at("/routes/r");
      assertThat(stats.get("in").asLong()).isEqualTo(1_000);
      assertThat(
              stats.get("out").asLong()
                  + stats.get("dropped").asLong()
                  + stats.get("errors").asLong())
          .isEqualTo(1_000);
      assertThat(stats.get("errors").asLong()).isEqualTo(100);
    }
  }

  @Test
  void shouldPublishWindowsWithoutAModel() throws Exception {
    String routes =
        """
        r:
          from: plant/{boiler}/temp
          value: /t
          key: boiler
          window: {count: 3, time: 300ms}
          to: plant/{boiler}/mean
          output: "{{ values | mean | fixed(1) }} of {{ count }}"
          retain: true
        """;
    try (RouteFixture fixture = new RouteFixture(url(), routes);
        Wires wires = new Wires(url(), "plant/+/mean")) {
      for (int i = 0; i < 4; i++) {
        wires.publish("plant/7/temp", "{\"t\":" + i + "}");
      }
      assertThat(wires.await("plant/7/mean", 2))
          .extracting(Wires.Got::payload)
          .containsExactly("1.0 of 3", "3.0 of 1");
      fixture.awaitEnded(4);
      assertThat(fixture.count("published")).isEqualTo(2);
      try (Wires late = new Wires(url(), "plant/7/mean")) {
        assertThat(late.await("plant/7/mean", 1).get(0).retained()).isTrue();
      }
    }
  }

  @Test
  void shouldDropTheOldestAndCountIt() throws Exception {
    try (RouteFixture fixture = new RouteFixture(url(), ASK + "  queue: 5\n");
        Wires wires = new Wires(url(), "plant/+/state")) {
      fixture.model.hold();
      for (int i = 0; i < 20; i++) {
        wires.publish("plant/" + i + "/temp", "{\"t\":1}");
      }
      Eventually.await("arrival", RouteFixture.LIMIT, () -> fixture.count("in") == 20);
      fixture.model.release();
      fixture.awaitEnded(20);
      assertThat(fixture.count("dropped")).isEqualTo(14);
      assertThat(wires.await("plant/19/state", 1)).hasSize(1);
      assertThat(wires.got)
          .extracting(Wires.Got::topic)
          .contains("plant/0/state", "plant/15/state");
    }
  }

  @Test
  void shouldLoseNothingUnderBackPressure() throws Exception {
    String routes = ASK + "  queue: 5\n  overflow: back_pressure\n";
    try (RouteFixture fixture = new RouteFixture(url(), routes);
        Wires wires = new Wires(url(), "plant/+/state")) {
      fixture.model.hold();
      for (int i = 0; i < 60; i++) {
        wires.publish("plant/" + i + "/temp", "{\"t\":1}");
      }
      assertThat(fixture.count("in")).isLessThan(20);
      fixture.model.release();
      fixture.awaitEnded(60);
      assertThat(fixture.count("out")).isEqualTo(60);
    }
  }

  @Test
  void shouldWaitForASlotThatIsBusy() throws Exception {
    try (RouteFixture fixture = new RouteFixture(url(), ASK);
        Wires wires = new Wires(url(), "plant/+/state")) {
      fixture.model.busyFor(3);
      wires.publish("plant/1/temp", "{\"t\":1}");
      wires.publish("plant/2/temp", "{\"t\":1}");
      wires.await("plant/2/state", 1);
      assertThat(wires.got)
          .extracting(Wires.Got::topic)
          .containsExactly("plant/1/state", "plant/2/state");
      fixture.awaitEnded(2);
      assertThat(fixture.model.asked).hasValue(5);
    }
  }

  @Test
  void shouldGetAgainAfterARestartWhatWasNotAnswered() throws Exception {
    try (Wires wires = new Wires(url(), "plant/+/state")) {
      try (RouteFixture fixture = new RouteFixture(url(), ASK)) {
        fixture.model.hold();
        wires.publish("plant/1/temp", "{\"t\":1}");
        Eventually.await("arrival", RouteFixture.LIMIT, () -> fixture.count("in") == 1);
      }
      assertThat(wires.got).isEmpty();
      try (RouteFixture again = new RouteFixture(url(), ASK)) {
        wires.await("plant/1/state", 1);
        again.awaitEnded(1);
      }
    }
  }

  @Test
  void shouldEndCirclesOverSeveralDevices() throws Exception {
    try (RouteFixture fixture = new RouteFixture(url(), ASK);
        Wires wires = new Wires(url(), "plant/+/state", "plant/errors")) {
      wires.publish("plant/1/temp", "{\"t\":1}", 1, Map.of("bantam-hops", "8"));
      wires.publish("plant/2/temp", "{\"t\":1}", 1, Map.of("bantam-hops", "7"));
      fixture.awaitEnded(2);
      assertThat(fixture.stats()).containsEntry("errors_by", Map.of("loop", 1L));
      assertThat(wires.await("plant/2/state", 1).get(0).properties().getUserProperties().get(0))
          .returns("8", p -> p.getValue());
      assertThat(wires.on("plant/errors")).isEmpty();
    }
  }

  @Test
  void shouldTellWhoeverWatches() throws Exception {
    String trace = "bantam/v1/device/gw-1/route/r/trace";
    try (RouteFixture fixture = new RouteFixture(url(), ASK);
        Wires wires = new Wires(url(), trace)) {
      wires.publish("plant/1/temp", "{\"t\":1}");
      fixture.awaitEnded(1);
      assertThat(wires.ask("route-watch", "{\"seconds\": 60}")).contains("\"routes\":[\"r\"]");
      wires.publish("plant/1/temp", "{\"t\":95}");
      JsonNode told = JSON.readTree(wires.await(trace, 1).get(0).payload());
      assertThat(told.get("what").asText()).isEqualTo("out");
      assertThat(told.at("/request/prompt").asText()).isEqualTo("hot");
      assertThat(told.get("output").asText()).contains("\"label\":\"hot\"");
      assertThat(wires.on(trace)).hasSize(1);
      assertThat(wires.ask("route-stats", "{\"route\": \"nope\"}")).contains("its routes are: r");
    }
  }
}
