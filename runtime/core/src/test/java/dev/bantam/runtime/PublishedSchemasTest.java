package dev.bantam.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real messages are compared with the schemas by {@code TestClient} and {@code BantamRuntimeIT};
 * here it is whether the schemas refuse anything at all.
 */
class PublishedSchemasTest {

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status|{\"state\":\"offline\",\"device\":\"a\",\"instance\":\"00ab34cd-1\"}|true",
        "status|{\"state\":\"online\",\"device\":\"a\",\"instance\":\"00ab34cd-1\"}|false",
        "status|{\"state\":\"offline\",\"device\":\"a\"}|false",
        "status|{\"state\":\"away\",\"device\":\"a\",\"instance\":\"00ab34cd-1\"}|false",
        "error|{\"error\":{\"code\":\"busy\",\"message\":\"full\",\"retry_after_ms\":100}}|true",
        "error|{\"error\":{\"code\":\"tired\",\"message\":\"full\"}}|false",
        "chunk|{\"id\":1,\"index\":0,\"delta\":\"a\"}|true",
        "chunk|{\"id\":1,\"delta\":\"a\"}|false",
        "answer|{\"id\":1,\"text\":\"\",\"model\":\"a:1@q\",\"slot\":\"s\",\"timings\":{\"queue_ms\":0}}|true",
        "answer|{\"id\":1,\"text\":\"\",\"model\":\"a\",\"slot\":\"s\",\"timings\":{\"queue_ms\":0}}|false",
        "answer|{\"id\":1,\"text\":\"\"}|false",
      })
  void shouldTellGoodMessagesFromBad(String kind, String message, boolean good) throws Exception {
    assertThat(PublishedSchemas.problems(kind, JSON.readTree(message)).isEmpty()).isEqualTo(good);
  }
}
