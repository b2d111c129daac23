package dev.bantam.plugins.textencoding;

import static dev.bantam.plugins.textencoding.SmallEncoders.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.spi.TaskResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Task {@code answer-span} beside transformers' question-answering pipeline. Windows are ranked as
 * SQuAD's evaluation does it, by logits; the pipeline ranks them by probabilities, each of which
 * knows only its own window.
 */
class AnswerSpanGoldenTest {

  private static final double TOLERANCE = 1e-3;

  @TempDir Path work;
  private SmallEncoders encoders;

  @BeforeEach
  void open() {
    encoders = new SmallEncoders(work);
  }

  @AfterEach
  void close() {
    encoders.close();
  }

  /** An answer without its score. */
  private record Place(String answer, int start, int end) {

    static Place of(JsonNode answer) {
      return new Place(
          answer.get("answer").textValue(),
          answer.get("start").intValue(),
          answer.get("end").intValue());
    }

    static Place of(Map<String, ?> answer) {
      return new Place(
          (String) answer.get("answer"), (int) answer.get("start"), (int) answer.get("end"));
    }
  }

  private static List<JsonNode> questions(String model) throws Exception {
    List<JsonNode> questions = new ArrayList<>();
    SmallEncoders.golden(model).get("questions").forEach(questions::add);
    return questions;
  }

  private TaskResult ask(String model, JsonNode golden, boolean noAnswer) throws Exception {
    return encoders.ask(
        model,
        "answer-span",
        Map.of(
            "question",
            golden.get("question").textValue(),
            "context",
            golden.get("context").textValue(),
            "no_answer",
            noAnswer,
            "top_k",
            (long) golden.get("by_logits").size()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-answers", "distilbert-answers", "roberta-answers"})
  void shouldRankTheAnswersOfAllWindowsByTheirLogits(String model) throws Exception {
    for (JsonNode golden : questions(model)) {
      List<Map<String, Object>> found = data(ask(model, golden, false));
      List<Place> expected = new ArrayList<>();
      golden.get("by_logits").forEach(answer -> expected.add(Place.of(answer)));

      assertThat(found).extracting(answer -> Place.of(answer)).isEqualTo(expected);
      for (int i = 0; i < found.size(); i++) {
        assertThat((double) found.get(i).get("score"))
            .isCloseTo(
                golden.get("by_logits").get(i).get("score").doubleValue(), within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-answers", "distilbert-answers", "roberta-answers"})
  void shouldAnswerOutOfOneWindowAsThePipelineDoes(String model) throws Exception {
    int compared = 0;
    for (JsonNode golden : questions(model)) {
      if (golden.get("windows").intValue() > 1) {
        continue;
      }
      TaskResult free = ask(model, golden, true);
      List<Map<String, Object>> found = data(free);
      List<Place> known = new ArrayList<>();
      for (JsonNode theirs : golden.get("pipeline")) { // the pipeline says a place more than once
        if (!known.contains(Place.of(theirs)) && known.size() < found.size()) {
          Map<String, Object> ours = found.get(known.size());
          known.add(Place.of(theirs));
          assertThat(Place.of(ours)).isEqualTo(Place.of(theirs));
          assertThat((double) ours.get("score"))
              .isCloseTo(theirs.get("score").doubleValue(), within(TOLERANCE));
        }
      }
      assertThat(free.text()).isEqualTo(golden.get("or_none").textValue());
      compared++;
    }
    assertThat(compared).isGreaterThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-answers", "distilbert-answers", "roberta-answers"})
  void shouldFindNoAnswerByTheLeastOfAllWindows(String model) throws Exception {
    List<Boolean> seen = new ArrayList<>();
    for (JsonNode golden : questions(model)) {
      TaskResult free = ask(model, golden, true);
      JsonNode best = golden.get("by_logits").get(0);
      boolean none = golden.get("none_logit").doubleValue() > best.get("logit").doubleValue();

      assertThat(free.text()).isEqualTo(none ? "" : best.get("answer").textValue());
      assertThat(free.fields().get("answer") == null).isEqualTo(none);
      assertThat((double) free.fields().get("no_answer_score"))
          .isCloseTo(golden.get("none").doubleValue(), within(TOLERANCE));
      seen.add(none);
    }
    assertThat(seen).contains(true, false);
  }

  /** A window that shows no answer spreads its certainty over what little it shows. */
  @Test
  void shouldNotTakeTheCertaintyOfAWindowForTheAnswersOfAllWhichThePipelineDoes() throws Exception {
    int differing = 0;
    for (JsonNode golden : questions("bert-answers")) {
      JsonNode theirs = golden.get("pipeline").get(0);
      JsonNode ours = golden.get("by_logits").get(0);
      if (!Place.of(theirs).equals(Place.of(ours))) {
        assertThat(golden.get("windows").intValue()).isGreaterThan(1);
        assertThat(theirs.get("score").doubleValue())
            .isGreaterThan(ours.get("score").doubleValue());
        assertThat(Place.of(ask("bert-answers", golden, false).fields())).isEqualTo(Place.of(ours));
        differing++;
      }
    }
    assertThat(differing).isGreaterThanOrEqualTo(2);
  }
}
