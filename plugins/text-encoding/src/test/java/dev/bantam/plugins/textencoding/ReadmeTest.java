package dev.bantam.plugins.textencoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks what README.md asks and compares the answers: all of them in their form, those of the
 * default encoder in their values, too. Numbers depend on the processor a little.
 */
class ReadmeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEFAULT = "all-minilm-l6-v2-int8";
  private static final Pattern PART =
      Pattern.compile("(?m)^(#{2,3}) (.+)$|^```(json|text)\\n(?s:(.*?))^```$");
  private static final Map<String, String> SMALL_MODELS =
      Map.of(
          "By the model's own classes",
          "bert-texts",
          "tag",
          "bert-tokens",
          "answer-span",
          "bert-span");
  private static final double TOLERANCE = 0.05;

  private record Case(
      String task, String section, String language, String asked, String answered) {}

  @TempDir static Path work;
  private static SmallEncoders small;
  private static LoadedModel encoder;

  @BeforeAll
  static void load() throws Exception {
    small = new SmallEncoders(work);
    ModelRepository repository =
        ModelRepository.open(
            Path.of(System.getProperty("bantam.root"), "target", "test-home", "models"));
    repository.pull(DEFAULT, event -> {});
    encoder =
        new TextEncodingPlugin()
            .load(
                repository.resolve(ModelReference.parse(DEFAULT)),
                new LoadContext(
                    2, 512, false, Optional.empty(), Map.of("labels", "leak, fire, all is well")));
  }

  @AfterAll
  static void close() {
    small.close();
    encoder.close();
  }

  private static List<Case> cases() throws Exception {
    String readme =
        Files.readString(
            Path.of(System.getProperty("bantam.root"), "plugins/text-encoding/README.md"));
    List<Case> cases = new ArrayList<>();
    String task = "";
    String section = "";
    String asked = "";
    for (MatchResult part : PART.matcher(readme).results().toList()) {
      if (part.group(1) != null) {
        section = part.group(2);
        task = part.group(1).length() == 2 ? section : task;
      } else if (asked.isEmpty()) {
        asked = part.group(4);
      } else {
        cases.add(new Case(task, section, part.group(3), asked.strip(), part.group(4).strip()));
        asked = "";
      }
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerAsTheReadmeSays() throws Exception {
    assertThat(cases()).hasSize(9);
    return cases().stream()
        .map(one -> DynamicTest.dynamicTest(one.section() + ": " + one.asked(), () -> check(one)));
  }

  private static void check(Case one) throws Exception {
    Optional<String> name = Optional.ofNullable(SMALL_MODELS.get(one.section()));
    LoadedModel model = name.isPresent() ? small.load(name.get(), Map.of()) : encoder;
    boolean values = name.isEmpty();
    if (one.language().equals("text")) {
      String text = SmallEncoders.ask(model, one.task(), Map.of("prompt", one.asked())).text();
      compareTexts(text, one.answered());
      return;
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> fields = JSON.readValue(one.asked(), LinkedHashMap.class);
    fields.replaceAll(
        (key, value) -> value instanceof Integer number ? (Long) (long) number : value);
    TaskResult result = SmallEncoders.ask(model, one.task(), fields);
    ObjectNode answer = JSON.valueToTree(result.fields());
    if (!result.text().isEmpty()) {
      answer.put("text", result.text());
    }
    compare(answer, JSON.readTree(one.answered()), values, "answer of " + answer);
  }

  private static void compareTexts(String actual, String expected) {
    if (expected.matches("[0-9.]+")) {
      assertThat(Double.parseDouble(actual))
          .isCloseTo(Double.parseDouble(expected), within(TOLERANCE));
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static void compare(JsonNode actual, JsonNode expected, boolean values, String where) {
    assertThat(actual.getNodeType()).as(where).isEqualTo(expected.getNodeType());
    if (expected.isObject()) {
      List<String> names = new ArrayList<>();
      actual.fieldNames().forEachRemaining(names::add);
      List<String> wanted = new ArrayList<>();
      expected.fieldNames().forEachRemaining(wanted::add);
      assertThat(names).as(where).containsExactlyInAnyOrderElementsOf(wanted);
      for (String field : wanted) {
        compare(actual.get(field), expected.get(field), values, where + ", field " + field);
      }
    } else if (expected.isArray()) {
      assertThat(actual.size()).as(where).isGreaterThanOrEqualTo(1);
      for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
        compare(actual.get(i), expected.get(i), values, where + ", element " + i);
      }
    } else if (values && expected.isNumber()) {
      assertThat(actual.asDouble()).as(where).isCloseTo(expected.asDouble(), within(TOLERANCE));
    } else if (values) {
      compareTexts(actual.asText(), expected.asText());
    }
  }
}
