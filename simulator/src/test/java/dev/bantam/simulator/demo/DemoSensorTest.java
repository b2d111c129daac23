package dev.bantam.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.scenario.ScenarioReader;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoSensorTest {

  @Test
  void shouldPlayABoilerAColdStoreAndADoor() {
    assertThat(sensors("chat").stream().map(sensor -> sensor.next().sensor()))
        .containsExactly("boiler", "cold-store", "door");
  }

  @Test
  void shouldRepeatItselfAndStillChange() {
    List<DemoMessage> first = messages();

    assertThat(messages()).isEqualTo(first);
    assertThat(first.stream().map(DemoMessage::readings).distinct()).hasSameSizeAs(first);
  }

  private static List<DemoMessage> messages() {
    DemoSensor boiler = sensors("chat").get(0);
    return Stream.generate(boiler::next).limit(20).toList();
  }

  private static List<DemoSensor> sensors(String... tasks) {
    return DemoSensor.all(new ScenarioReader().builtIn("demo"), Set.of(tasks));
  }

  @Test
  void shouldPutReadingsIntoTheRequest() {
    DemoMessage message = sensors("chat").get(0).next();

    assertThat(String.valueOf(message.request().get("prompt")))
        .contains(message.readings().get("temperature"))
        .doesNotContain("{");
  }

  @Test
  void shouldAskOtherwiseWhereTheDeviceLacksTheTask() {
    for (DemoSensor sensor : sensors("classify", "embed")) {
      DemoMessage message = sensor.next();
      assertThat(message.task()).isEqualTo("classify");
      assertThat(String.valueOf(message.request().get("text"))).doesNotContain("{");
    }
    assertThat(sensors("classify", "chat").get(0).next().task()).isEqualTo("chat");
    assertThat(sensors().get(0).next().task()).isEqualTo("chat");
  }
}
