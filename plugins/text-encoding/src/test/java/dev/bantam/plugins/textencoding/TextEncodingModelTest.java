package dev.bantam.plugins.textencoding;

import static dev.bantam.plugins.textencoding.SmallEncoders.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All tasks over small random encoders, whose words are w0 to w90. */
class TextEncodingModelTest {

  private static final String PLAIN = "bert-plain";

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

  private void assertRefused(String model, String task, Map<String, ?> fields, String... words) {
    TaskException error =
        catchThrowableOfType(TaskException.class, () -> encoders.ask(model, task, fields));
    assertThat(error).as("%s %s", task, fields).isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(error.text()).contains(words);
  }

  @Test
  void shouldBeFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(
            plugin -> {
              assertThat(plugin.name()).isEqualTo("text-encoding");
              assertThat(plugin.tasks())
                  .containsExactlyInAnyOrder(
                      "embed", "similarity", "classify", "tag", "answer-span");
            });
  }

  @Test
  void shouldServeTheTasksOfTheModelsHead() throws Exception {
    assertThat(encoders.load(PLAIN, Map.of()).tasks().orElseThrow())
        .containsExactlyInAnyOrder("embed", "similarity", "classify");
    assertThat(encoders.load("bert-texts", Map.of()).tasks().orElseThrow())
        .containsExactly("classify");
    assertThat(encoders.load("bert-tokens", Map.of()).tasks().orElseThrow()).containsExactly("tag");
    assertThat(encoders.load("bert-span", Map.of()).tasks().orElseThrow())
        .containsExactly("answer-span");
    assertThat(encoders.load(PLAIN, Map.of()).usualWorkers()).isGreaterThan(1);
    TaskException error =
        catchThrowableOfType(
            TaskException.class, () -> encoders.ask(PLAIN, "tag", Map.of("text", "w1")));
    assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_TASK);
    assertThat(error.text()).contains("classify, embed, similarity");
  }

  @Test
  void shouldEmbedTextsOneByOneAsTogether() throws Exception {
    // When
    TaskResult together =
        encoders.ask(PLAIN, "embed", Map.of("texts", List.of("w1 w2", "", "w3 ".repeat(500))));

    // Then
    assertThat(together.text()).isEmpty();
    assertThat(data(together)).extracting(entry -> entry.get("index")).containsExactly(0, 1, 2);
    assertThat(together.fields().get("truncated")).isEqualTo(List.of(2));
    assertThat(together.usage().orElseThrow().promptTokens()).isEqualTo(4 + 2 + 40);
    TaskResult alone = encoders.ask(PLAIN, "embed", Map.of("input", "w1 w2"));
    float[] one = (float[]) data(alone).get(0).get("embedding");
    float[] other = (float[]) data(together).get(0).get("embedding");
    assertThat(one).hasSize(32);
    for (int i = 0; i < one.length; i++) {
      assertThat(one[i]).isCloseTo(other[i], within(1e-5f));
    }
  }

  @Test
  void shouldEmbedAsBase64AndAsPlainText() throws Exception {
    float[] expected =
        (float[]) data(encoders.ask(PLAIN, "embed", Map.of("text", "w1"))).get(0).get("embedding");

    TaskResult base64 =
        encoders.ask(PLAIN, "embed", Map.of("text", "w1", "encoding_format", "base64"));
    TaskResult plain = encoders.ask(PLAIN, "embed", Map.of("prompt", "w1"));

    float[] decoded = new float[expected.length];
    ByteBuffer.wrap(Base64.getDecoder().decode((String) data(base64).get(0).get("embedding")))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(decoded);
    assertThat(decoded).containsExactly(expected);
    assertThat(plain.text()).startsWith("[" + expected[0] + ", ").endsWith("]");
  }

  @Test
  void shouldEmbedTenThousandTextsAndNoMore() throws Exception {
    TaskResult many =
        encoders.ask(
            PLAIN,
            "embed",
            Map.of("texts", Collections.nCopies(Texts.MOST, "w1"), "kind", "query"));
    assertThat(data(many)).hasSize(10_000);
    assertRefused(
        PLAIN,
        "embed",
        Map.of("texts", Collections.nCopies(Texts.MOST + 1, "w1")),
        "10001 texts",
        "10000",
        "several requests");
  }

  @Test
  void shouldCompareATextWithOthers() throws Exception {
    List<String> texts = List.of("w9 w10", "w1 w2", "w1 w3");

    TaskResult all = encoders.ask(PLAIN, "similarity", Map.of("text", "w1 w2", "texts", texts));
    TaskResult best =
        encoders.ask(PLAIN, "similarity", Map.of("text", "w1 w2", "texts", texts, "top_k", 1L));
    TaskResult plain = encoders.ask(PLAIN, "similarity", Map.of("prompt", "w1 w2\nw1 w2\nw9\n"));

    assertThat(data(all)).extracting(entry -> entry.get("index")).containsExactly(0, 1, 2);
    assertThat((double) data(all).get(1).get("score")).isCloseTo(1, within(1e-5));
    assertThat(data(best)).extracting(entry -> entry.get("index")).containsExactly(1);
    assertThat(plain.text().split("\n")).hasSize(2);
    assertThat(plain.text()).startsWith("1.000000");
    assertRefused(PLAIN, "similarity", Map.of("prompt", "w1"), "first line", "\"texts\"");
    assertRefused(PLAIN, "similarity", Map.of("text", "w1", "texts", List.of()), "empty list");
  }

  @Test
  void shouldClassifyByLabelsWithoutTraining() throws Exception {
    TaskResult one =
        encoders.ask(
            PLAIN, "classify", Map.of("text", "w1 w2", "labels", List.of("w50", "w1 w2", "w7")));
    assertThat(one.text()).isEqualTo("w1 w2");
    assertThat(one.fields()).containsEntry("label", "w1 w2");
    assertThat((double) one.fields().get("score")).isCloseTo(1, within(1e-5));
    assertThat((List<?>) data(one).get(0).get("labels")).hasSize(3);

    TaskResult two =
        encoders.ask(
            PLAIN,
            "classify",
            Map.of("texts", List.of("w7", "w50"), "labels", List.of("w50", "w7"), "top_k", 1L));
    assertThat(two.text()).isEqualTo("w7\nw50");
    assertThat(two.fields()).doesNotContainKey("label");
    assertThat((List<?>) data(two).get(0).get("labels")).hasSize(1);
  }

  @Test
  void shouldTakeALabelListOfOneAndTwoEqualLabels() throws Exception {
    TaskResult one =
        encoders.ask(PLAIN, "classify", Map.of("text", "w1", "labels", List.of("w50")));
    TaskResult equal =
        encoders.ask(PLAIN, "classify", Map.of("text", "w1", "labels", List.of("w5", "w5")));

    assertThat(one.text()).isEqualTo("w50");
    assertThat(equal.text()).isEqualTo("w5");
    assertThat((List<?>) data(equal).get(0).get("labels")).hasSize(1);
  }

  @Test
  void shouldClassifyByTheNearestExamples() throws Exception {
    List<Map<String, String>> examples =
        List.of(
            Map.of("text", "w1 w2", "label", "ok"),
            Map.of("text", "w1 w3", "label", "ok"),
            Map.of("text", "w50 w51", "label", "hot"));

    TaskResult result =
        encoders.ask(
            PLAIN, "classify", Map.of("text", "w50 w51", "examples", examples, "neighbors", 1L));

    assertThat(result.text()).isEqualTo("hot");
    assertThat((double) result.fields().get("score")).isCloseTo(1, within(1e-5));
    assertThat((List<?>) data(result).get(0).get("labels")).hasSize(2);
  }

  @Test
  void shouldTakeLabelsAndTemplateFromTheSlot() throws Exception {
    LoadedModel model = encoders.load(PLAIN, Map.of("labels", "w50, w7", "template", "w1 {} w2"));

    assertThat(SmallEncoders.ask(model, "classify", Map.of("prompt", "w1 w7 w2")).text())
        .isEqualTo("w7");
    assertThat(
            SmallEncoders.ask(
                    model, "classify", Map.of("text", "w9", "labels", "w9", "template", "{}"))
                .fields())
        .containsEntry("score", 1.0);
  }

  @Test
  void shouldSayWhatAClassificationLacks() {
    assertRefused(PLAIN, "classify", Map.of("text", "w1"), "\"labels\"", "\"examples\"", "slot");
    assertRefused(
        PLAIN,
        "classify",
        Map.of("text", "w1", "labels", List.of("a"), "examples", List.of()),
        "not both");
    assertRefused(PLAIN, "classify", Map.of("text", "w1", "labels", List.of(" ")), "empty label");
    assertRefused(
        PLAIN,
        "classify",
        Map.of("text", "w1", "examples", List.of(Map.of("text", "w1"))),
        "\"label\" is missing");
    assertRefused(
        PLAIN, "classify", Map.of("text", "w1", "labels", "w2", "template", "about"), "{}");
    assertRefused(PLAIN, "classify", Map.of("labels", "w2"), "\"text\" is missing");
    assertRefused(PLAIN, "embed", Map.of("text", "w1", "kind", "title"), "passage, query");
    assertRefused(PLAIN, "embed", Map.of("text", "w1", "encoding_format", "hex"), "base64");
  }

  @Test
  void shouldClassifyByTheModelsHead() throws Exception {
    TaskResult all = encoders.ask("bert-texts", "classify", Map.of("text", "w1 w2"));
    TaskResult some =
        encoders.ask(
            "bert-texts", "classify", Map.of("text", "w1 w2", "labels", List.of("idle", "idle")));

    List<?> labels = (List<?>) data(all).get(0).get("labels");
    double sum =
        labels.stream().mapToDouble(label -> (double) ((Map<?, ?>) label).get("score")).sum();
    assertThat(labels).hasSize(3);
    assertThat(sum).isCloseTo(1, within(1e-5));
    assertThat(some.text()).isEqualTo("idle");
    assertThat((List<?>) data(some).get(0).get("labels")).hasSize(1);
    assertRefused(
        "bert-texts",
        "classify",
        Map.of("text", "w1", "labels", List.of("hot")),
        "\"hot\"",
        "idle, running, broken");
    assertRefused(
        "bert-texts",
        "classify",
        Map.of("text", "w1", "examples", List.of(Map.of())),
        "classes of their own");
  }

  @Test
  void shouldTagWordsWithOffsetsInCodePoints() throws Exception {
    String text = "😀 w1 w2 w3 😀 w4 w5 w6 w7 w8 w9";
    TaskResult result = encoders.ask("bert-tokens", "tag", Map.of("texts", List.of(text, "")));

    List<Map<String, Object>> spans = spans(result, 0);
    assertThat(spans).isNotEmpty();
    for (Map<String, Object> span : spans) {
      int start = text.offsetByCodePoints(0, (int) span.get("start"));
      int end = text.offsetByCodePoints(0, (int) span.get("end"));
      assertThat(text.substring(start, end)).isEqualTo(span.get("text"));
      assertThat(result.text()).contains(span.get("label") + "\t" + span.get("text"));
      assertThat(span.get("label")).isIn("DEV", "VAL");
    }
    assertThat(spans(result, 1)).isEmpty();
  }

  @Test
  void shouldTagALongTextToItsEnd() throws Exception {
    String text = "w1 w2 w3 w4 w5 w6 w7 w8 w9 ".repeat(40);
    List<Map<String, Object>> spans =
        spans(encoders.ask("bert-tokens", "tag", Map.of("text", text)), 0);

    assertThat(spans.size()).isGreaterThan(40);
    assertThat((int) spans.get(spans.size() - 1).get("end")).isGreaterThan(text.length() - 60);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> spans(TaskResult result, int index) {
    return (List<Map<String, Object>>) data(result).get(index).get("spans");
  }

  @Test
  void shouldFindTheAnswersSpan() throws Exception {
    String context = "😀 w3 w4 w5 w6 w7 w8 w9 w10 w11";
    TaskResult result =
        encoders.ask(
            "bert-span",
            "answer-span",
            Map.of("question", "w1 w2", "context", context, "no_answer", false, "top_k", 3L));

    assertThat(data(result)).hasSize(3);
    for (Map<String, Object> place : data(result)) {
      int start = context.offsetByCodePoints(0, (int) place.get("start"));
      int end = context.offsetByCodePoints(0, (int) place.get("end"));
      assertThat(context.substring(start, end)).isEqualTo(place.get("answer"));
      assertThat((double) place.get("score")).isBetween(0.0, 1.0);
    }
    assertThat(result.text()).isEqualTo(result.fields().get("answer"));
    assertThat(result.text()).isEqualTo(data(result).get(0).get("answer"));
    assertThat(
            encoders
                .ask(
                    "bert-span",
                    "answer-span",
                    Map.of("prompt", "w1 w2\n" + context, "no_answer", false))
                .text())
        .isEqualTo(result.text());
  }

  @Test
  void shouldFindNoAnswerInNoContext() throws Exception {
    TaskResult none =
        encoders.ask("bert-span", "answer-span", Map.of("question", "w1", "context", ""));
    assertThat(none.text()).isEmpty();
    assertThat(none.fields()).containsEntry("answer", null).containsKey("no_answer_score");
  }

  @Test
  void shouldSearchALongContextThroughWindows() throws Exception {
    String context = "w1 w2 w3 w4 w5 w6 w7 ".repeat(100) + "w80 w81 w82";
    TaskResult result =
        encoders.ask(
            "bert-span",
            "answer-span",
            Map.of("question", "w9", "context", context, "no_answer", false, "top_k", 100L));
    assertThat(data(result))
        .anySatisfy(place -> assertThat((int) place.get("start")).isGreaterThan(1500));
    TaskException error =
        catchThrowableOfType(
            TaskException.class,
            () ->
                encoders.ask(
                    "bert-span",
                    "answer-span",
                    Map.of("question", "w1 ".repeat(60), "context", "w2")));
    assertThat(error.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG);
    assertThat(error.text()).contains("60 tokens", "at most");
    assertRefused("bert-span", "answer-span", Map.of("question", "w1"), "\"context\" is missing");
    assertRefused("bert-span", "answer-span", Map.of("prompt", "w1"), "first line");
  }

  @Test
  void shouldPutTheModelsPrefixInFrontOfTextsOfAKind() throws Exception {
    // Given a model that was trained with prefixes
    LoadedModel model =
        encoders.load(
            PLAIN,
            Map.of(),
            Map.of(
                "config_sentence_transformers.json",
                "{\"prompts\":{\"query\":\"w80 \",\"passage\":\"w81 w82 \"}}"));

    // Then
    assertSame(embedding(model, "w1", "query"), embedding(model, "w80 w1", ""));
    assertSame(embedding(model, "w1", "passage"), embedding(model, "w81 w82 w1", ""));
    TaskResult found =
        SmallEncoders.ask(
            model,
            "similarity",
            Map.of("text", "w81 w82 w5", "texts", List.of("w80 w5"), "kind", "query"));
    TaskResult alike =
        SmallEncoders.ask(model, "similarity", Map.of("text", "w5", "texts", List.of("w5")));
    assertThat((double) data(found).get(0).get("score")).isLessThan(0.999);
    assertThat((double) data(alike).get(0).get("score")).isCloseTo(1, within(1e-5));
  }

  private static float[] embedding(LoadedModel model, String text, String kind) throws Exception {
    Map<String, String> fields =
        kind.isEmpty() ? Map.of("text", text) : Map.of("text", text, "kind", kind);
    return (float[]) data(SmallEncoders.ask(model, "embed", fields)).get(0).get("embedding");
  }

  private static void assertSame(float[] one, float[] other) {
    for (int i = 0; i < one.length; i++) {
      assertThat(one[i]).isCloseTo(other[i], within(1e-5f));
    }
  }

  @Test
  void shouldRefuseSettingsThatItCannotRead() {
    assertThat(
            catchThrowableOfType(
                TaskException.class, () -> encoders.load("bert-span", Map.of("no_answer", "nie"))))
        .hasMessageContaining("\"nie\"");
  }
}
