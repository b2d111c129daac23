package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.scenario.EventSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventWatchTest {

  private static void tell(EventWatch watch, String device, String json) {
    watch.heard("bantam/v1/device/" + device + "/event", json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldWriteDownTheEventsOfItsKindsAndDevice() {
    // Given
    List<String> kinds = List.of("down", "up");
    EventWatch watch =
        new EventWatch(
            List.of(
                new EventSpec("steps", "pi", kinds, Optional.of("step"), List.of("down 1")),
                new EventSpec("kinds", "pi", kinds, Optional.empty(), List.of())));

    // When
    tell(watch, "pi", "{\"kind\":\"down\",\"details\":{\"step\":1}}");
    tell(watch, "pi", "{\"kind\":\"other\"}");
    tell(watch, "pi", "nothing");
    tell(watch, "pie", "{\"kind\":\"down\",\"details\":{\"step\":2}}");
    watch.heard("bantam/v1/device/pi/status", "{\"kind\":\"up\"}".getBytes(StandardCharsets.UTF_8));
    tell(watch, "pi", "{\"kind\":\"up\",\"details\":{}}");

    // Then
    assertThat(watch.reports())
        .containsExactly(
            new EventReport("steps", List.of("down 1"), List.of("down 1", "up ")),
            new EventReport("kinds", List.of(), List.of("down", "up")));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "a b c, a b c, 0",
    "a b c, a b, 1",
    "a b, a b c c, 2",
    "a b c, a c b, 2",
    "a b c, '', 3",
    "'', a, 1",
  })
  void shouldCountFromTheFirstThatIsAnotherOne(String expected, String found, long wrong) {
    assertThat(new EventReport("x", words(expected), words(found)).wrong()).isEqualTo(wrong);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }
}
