package dev.bantam.inference.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.template.JinjaTemplate;
import dev.bantam.template.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Renders as Python's Jinja2 does, whose results {@code template_golden.py} has written down. */
class TemplateGoldenTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @Test
  void shouldRenderTheFamiliesTemplatesAsPythonDoes() throws IOException {
    // Given
    JsonNode golden = JSON.readTree(resource("golden.json"));
    SoftAssertions softly = new SoftAssertions();
    assertThat(golden.path("families")).hasSizeGreaterThan(400);
    for (JsonNode expected : golden.path("families")) {
      String name = expected.path("template").asText();
      String conversation = expected.path("conversation").asText();
      List<ChatMessage> messages = new ArrayList<>();
      golden
          .path("conversations")
          .path(conversation)
          .forEach(
              turn ->
                  messages.add(
                      new ChatMessage(turn.path("role").asText(), turn.path("content").asText())));
      // When
      String rendered =
          outcome(
              () ->
                  ChatTemplate.compile(
                          resource("families/" + name + ".jinja"), "<BOS>", "<EOS>", CLOCK)
                      .render(messages, expected.path("add_generation_prompt").asBoolean()));
      // Then
      softly.assertThat(rendered).as("%s, %s", name, conversation).isEqualTo(expectation(expected));
    }
    softly.assertAll();
  }

  @Test
  void shouldRenderToolsTheirCallsAndTheirAnswersAsPythonDoes() throws IOException {
    // Given
    JsonNode golden = JSON.readTree(resource("golden.json"));
    SoftAssertions softly = new SoftAssertions();
    assertThat(golden.path("with_tools")).hasSizeGreaterThan(150);
    for (JsonNode expected : golden.path("with_tools")) {
      String name = expected.path("template").asText();
      String conversation = expected.path("conversation").asText();
      Map<String, Object> variables = new HashMap<>();
      variables.put("messages", list(golden.path("tool_conversations").path(conversation)));
      variables.put("tools", list(golden.path("tools")));
      variables.put("documents", null);
      variables.put("add_generation_prompt", expected.path("add_generation_prompt").asBoolean());
      variables.put("bos_token", "<BOS>");
      variables.put("eos_token", "<EOS>");
      // When
      String rendered =
          outcome(
              () ->
                  JinjaTemplate.compile(resource("families/" + name + ".jinja"), CLOCK)
                      .render(variables));
      // Then
      softly
          .assertThat(rendered)
          .as("%s with tools, %s", name, conversation)
          .isEqualTo(expectation(expected));
    }
    softly.assertAll();
  }

  private static List<Map<String, Object>> list(JsonNode node) {
    return JSON.convertValue(node, new TypeReference<List<Map<String, Object>>>() {});
  }

  @Test
  void shouldRenderEachFeatureOfTheLanguageAsPythonDoes() throws IOException {
    // Given
    JsonNode golden = JSON.readTree(resource("golden.json"));
    Map<String, Object> variables = new HashMap<>();
    variables.put(
        "messages",
        JSON.convertValue(
            golden.path("conversations").path("system-turns"),
            new TypeReference<List<Map<String, String>>>() {}));
    variables.put("add_generation_prompt", true);
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode snippet : golden.path("snippets")) {
      String source = snippet.path("source").asText();
      // When
      String rendered = outcome(() -> JinjaTemplate.compile(source, CLOCK).render(variables));
      // Then
      softly.assertThat(rendered).as(source).isEqualTo(expectation(snippet));
    }
    softly.assertAll();
  }

  private interface Rendering {
    String run() throws IOException;
  }

  /** The text; or that it was refused, since the words of a refusal are our own. */
  private static String outcome(Rendering rendering) throws IOException {
    try {
      return rendering.run();
    } catch (TemplateException e) {
      return e.line() > 0 ? "refused" : "refused without a line";
    }
  }

  private static String expectation(JsonNode expected) {
    return expected.has("error") ? "refused" : expected.path("text").asText();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = TemplateGoldenTest.class.getResourceAsStream("/template/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
