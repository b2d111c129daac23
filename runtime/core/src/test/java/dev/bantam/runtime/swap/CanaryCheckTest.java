package dev.bantam.runtime.swap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.Expectation;
import dev.bantam.spi.TaskResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CanaryCheckTest {

  private static TaskResult answer(String text, Map<String, Object> fields) {
    return new TaskResult(text, Optional.empty(), Optional.empty(), Optional.empty(), fields);
  }

  private static TaskResult text(String text) {
    return answer(text, Map.of());
  }

  private static void holds(Expectation expected, TaskResult answer) {
    assertThat(CanaryCheck.problems(expected, answer)).isEmpty();
  }

  private static void fails(Expectation expected, TaskResult answer, String words) {
    assertThat(CanaryCheck.problems(expected, answer))
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem).contains(words));
  }

  @Test
  void shouldCompareTexts() {
    holds(new Expectation.Text("Paris"), text("Paris"));
    fails(new Expectation.Text("Paris"), text("Paris."), "expected \"Paris\", found \"Paris.\"");
    holds(new Expectation.Contains("Paris"), text("It is Paris."));
    fails(new Expectation.Contains("Paris"), text("It is Rome."), "Rome");
  }

  @Test
  void shouldCompareLabels() {
    holds(new Expectation.Label("leak"), answer("", Map.of("label", "leak")));
    fails(new Expectation.Label("leak"), answer("", Map.of("label", "fire")), "found \"fire\"");
    fails(new Expectation.Label("leak"), text("leak"), "leak");
  }

  @Test
  void shouldCompareJsonWithItsSchema() {
    Expectation expected =
        new Expectation.JsonSchema(Map.of("type", "object", "required", List.of("t")));
    holds(expected, text("{\"t\":1}"));
    fails(expected, text("{\"u\":1}"), "t");
    fails(expected, text("t is 1"), "expected JSON");
    fails(new Expectation.JsonSchema(Map.of("type", "thing")), text("{}"), "own json_schema");
  }

  @Test
  void shouldWantAnAnswer() {
    holds(new Expectation.NotEmpty(true), text("x"));
    holds(new Expectation.NotEmpty(true), answer("", Map.of("data", "x")));
    fails(new Expectation.NotEmpty(true), text("  "), "empty");
  }
}
