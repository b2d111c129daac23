package dev.bantam.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

  @Test
  void shouldReadFieldsByType() throws TaskException {
    RequestBody body =
        RequestBody.of(
            Map.of(
                "prompt", "hi", "max_tokens", 5L, "temperature", 0.5, "stop", List.of("a", "b")));
    assertThat(body.text("prompt")).isEqualTo("hi");
    assertThat(body.optionalInt("max_tokens", 1, 10)).hasValue(5);
    assertThat(body.optionalDouble("temperature", 0, 2)).hasValue(0.5);
    assertThat(body.texts("stop")).containsExactly("a", "b");
    assertThat(body.flag("stream")).isFalse();
  }

  @Test
  void shouldTreatNullAsAbsent() throws TaskException {
    RequestBody body = RequestBody.of(Collections.singletonMap("max_tokens", null));
    assertThat(body.optionalInt("max_tokens", 1, 10)).isEmpty();
  }

  @Test
  void shouldNameFieldAndRangeWhenRefusing() {
    RequestBody body =
        RequestBody.of(
            Map.of("max_tokens", -1L, "prompt", "  ", "stop", Arrays.asList("a", 1L), "seed", "x"));
    assertRefused(() -> body.optionalInt("max_tokens", 1, 10), "\"max_tokens\" is -1", "1 and 10");
    assertRefused(() -> body.text("prompt"), "\"prompt\" is empty");
    assertRefused(() -> body.text("question"), "\"question\" is missing");
    assertRefused(() -> body.texts("stop"), "\"stop\"", "the number 1");
    assertRefused(() -> body.optionalLong("seed", 0, 9), "\"seed\"", "a string");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
        .hasMessageContainingAll(parts);
  }
}
