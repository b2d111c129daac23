package dev.bantam.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.spi.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real messages are compared with the schemas by {@code TestClient} and {@code BantamRuntimeIT};
 * here it is whether the schemas refuse anything at all.
 */
class PublishedSchemasTest {

  private static final String ANSWER =
      "answer|{\"id\":1,\"text\":\"\",\"model\":\"a:1@q\",\"slot\":\"s\",\"timings\":{\"queue_ms\":0},";

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldListEveryErrorCode() {
    // When
    List<String> listed = new ArrayList<>();
    JsonNode codes = PublishedSchemas.json("error").at("/properties/error/properties/code/enum");
    codes.forEach(code -> listed.add(code.asText()));

    // Then
    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName).toList());
  }

  @Test
  void shouldListEveryKindOfEventWithItsDetails() {
    // When
    Map<String, String> listed = new TreeMap<>();
    for (JsonNode kind : PublishedSchemas.json("event").get("oneOf")) {
      JsonNode properties = kind.get("properties");
      Set<String> details = new TreeSet<>();
      properties.at("/details/required").forEach(name -> details.add(name.asText()));
      Set<String> known = new TreeSet<>();
      properties.at("/details/properties").fieldNames().forEachRemaining(known::add);
      assertThat(known).isEqualTo(details);
      listed.put(
          properties.at("/kind/const").asText(),
          properties.at("/severity/const").asText() + details);
    }

    // Then
    Map<String, String> kinds = new TreeMap<>();
    for (EventKind kind : EventKind.values()) {
      kinds.put(kind.wireName(), kind.severity().wireName() + new TreeSet<>(kind.details()));
    }
    assertThat(listed).isEqualTo(kinds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status|{\"state\":\"offline\",\"device\":\"a\",\"instance\":\"00ab34cd-1\"}|true",
        "status|{\"state\":\"online\",\"device\":\"a\",\"instance\":\"00ab34cd-1\"}|false",
        "status|{\"state\":\"offline\",\"device\":\"a\"}|false",
        "status|{\"state\":\"away\",\"device\":\"a\",\"instance\":\"00ab34cd-1\"}|false",
        "event|{\"kind\":\"session_conflict_over\",\"severity\":\"info\",\"device\":\"a\",\"instance\":\"00ab34cd\",\"seq\":1,\"at\":\"2026-01-02T03:04:05.006Z\",\"uptime_ms\":1,\"message\":\"m\",\"details\":{}}|true",
        "event|{\"kind\":\"session_conflict_over\",\"severity\":\"info\",\"device\":\"a\",\"instance\":\"00ab34cd\",\"seq\":1,\"at\":\"2026-01-02T03:04:05Z\",\"uptime_ms\":1,\"message\":\"m\",\"details\":{\"x\":1}}|false",
        "event|{\"kind\":\"tired\",\"severity\":\"info\",\"device\":\"a\",\"instance\":\"00ab34cd\",\"seq\":1,\"at\":\"2026-01-02T03:04:05Z\",\"uptime_ms\":1,\"message\":\"m\",\"details\":{}}|false",
        "reported|{\"device\":\"a\",\"slot\":\"s\",\"state\":\"serving\",\"plugin\":\"p\",\"active\":{\"model\":\"m:1@q8\",\"name\":\"m\"}}|true",
        "reported|{\"device\":\"a\",\"slot\":\"s\",\"state\":\"serving\",\"plugin\":\"p\"}|false",
        "reported|{\"device\":\"a\",\"slot\":\"s\",\"state\":\"no_model\",\"plugin\":\"p\",\"wanted\":\"m\",\"reason\":\"r\"}|true",
        "telemetry|{\"device\":\"a\"}|false",
        "error|{\"error\":{\"code\":\"busy\",\"message\":\"full\",\"retry_after_ms\":100}}|true",
        "error|{\"error\":{\"code\":\"tired\",\"message\":\"full\"}}|false",
        "chunk|{\"id\":1,\"index\":0,\"delta\":\"a\"}|true",
        "chunk|{\"id\":1,\"delta\":\"a\"}|false",
        "answer|{\"id\":1,\"text\":\"\",\"model\":\"a:1@q\",\"slot\":\"s\",\"timings\":{\"queue_ms\":0}}|true",
        "answer|{\"id\":1,\"text\":\"\",\"model\":\"a\",\"slot\":\"s\",\"timings\":{\"queue_ms\":0}}|false",
        "answer|{\"id\":1,\"text\":\"\"}|false",
        ANSWER
            + "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[{\"token\":\"</s>\",\"logprob\":-1,\"bytes\":null}]}]}}|true",
        ANSWER
            + "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97]}]}}|false",
        ANSWER
            + "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[],\"id\":5}]}}|false",
        ANSWER + "\"context\":{\"left_out_tokens\":1,\"slides\":0,\"dropped_tokens\":0}}|true",
        ANSWER + "\"context\":{\"left_out_tokens\":1}}|false",
        ANSWER + "\"limited_to\":{\"max_tokens\":16}}|true",
        ANSWER + "\"limited_to\":{}}|false",
      })
  void shouldTellGoodMessagesFromBad(String kind, String message, boolean good) throws Exception {
    assertThat(PublishedSchemas.problems(kind, JSON.readTree(message)).isEmpty()).isEqualTo(good);
  }
}
