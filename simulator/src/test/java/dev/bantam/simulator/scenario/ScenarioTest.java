package dev.bantam.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScenarioTest {

  @Test
  void shouldPlayABoilerAColdStoreAndADoor() {
    List<Sensor> sensors = ScenarioReader.demo().start(Set.of("chat"));

    assertThat(sensors.stream().map(sensor -> sensor.next().sensor()))
        .containsExactly("boiler", "cold-store", "door");
  }

  @Test
  void shouldRepeatItselfAndStillChange() {
    List<Sensor.Message> first = messages();

    assertThat(messages()).isEqualTo(first);
    assertThat(first.stream().map(Sensor.Message::readings).distinct()).hasSameSizeAs(first);
  }

  private static List<Sensor.Message> messages() {
    Sensor boiler = ScenarioReader.demo().start(Set.of("chat")).get(0);
    return Stream.generate(boiler::next).limit(20).toList();
  }

  @Test
  void shouldPutReadingsIntoTheRequest() {
    Sensor.Message message = ScenarioReader.demo().start(Set.of("chat")).get(0).next();

    assertThat(String.valueOf(message.request().get("prompt")))
        .contains(message.readings().get("temperature"))
        .doesNotContain("{");
  }

  @Test
  void shouldAskOtherwiseWhereTheDeviceLacksTheTask() {
    for (Sensor sensor : ScenarioReader.demo().start(Set.of("classify", "embed"))) {
      Sensor.Message message = sensor.next();
      assertThat(message.task()).isEqualTo("classify");
      assertThat(String.valueOf(message.request().get("text"))).doesNotContain("{");
    }
    assertThat(ScenarioReader.demo().start(Set.of("classify", "chat")).get(0).next().task())
        .isEqualTo("chat");
    assertThat(ScenarioReader.demo().start(Set.of()).get(0).next().task()).isEqualTo("chat");
  }

  @Test
  void shouldNameTheReadingsThereAre() {
    String yaml =
        """
        format: 1
        name: x
        sensors:
          - id: a
            title: a
            readings: {state: {kind: cycle, values: [on]}}
            task: chat
            request: {prompt: "It is {stat}"}
        """;

    assertThatThrownBy(() -> ScenarioReader.read("x.yaml", yaml))
        .hasMessageContaining("x.yaml:")
        .hasMessageContaining("stat")
        .hasMessageContaining("state");
  }

  @Test
  void shouldStayWithinItsTurningPoints() {
    Signal ramp = new Signal.Ramp(5, 3, 0, 10, 0, 0, "");

    assertThat(Stream.iterate(0, i -> i + 1).limit(8).map(i -> ramp.at(i, new java.util.Random(1))))
        .containsExactly("5", "8", "9", "6", "3", "0", "3", "6");
  }
}
