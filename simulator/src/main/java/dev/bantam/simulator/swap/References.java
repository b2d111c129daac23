package dev.bantam.simulator.swap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.simulator.schedule.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each version answers when nothing else goes on, and whether later answers are the same.
 * Fields that name a request, its times or what of its prompt was computed before do not count.
 */
final class References {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ITS_OWN = List.of("id", "timings");
  private static final int MOST_EXAMPLES = 5;

  private final Set<String> applications;
  private final Map<JsonNode, Map<String, JsonNode>> answers = new HashMap<>();
  private final Map<String, Long> same = new TreeMap<>();
  private final List<String> examples = new ArrayList<>();
  private long mixed;

  /**
   * @param applications whose answers are compared, by id
   */
  References(Set<String> applications) {
    this.applications = Set.copyOf(applications);
  }

  /** Keeps what a version answers. */
  void keep(Map<String, Object> request, Map<String, Object> answer) {
    JsonNode own = bare(JSON.valueToTree(answer));
    answers
        .computeIfAbsent(written(request), key -> new HashMap<>())
        .put(own.path("model").asText(), own);
  }

  /** As it is when it was read from bytes: of numbers, the reader decides what they are. */
  private static JsonNode written(Map<String, Object> request) {
    try {
      return JSON.readTree(JSON.writeValueAsBytes(request));
    } catch (IOException e) {
      throw new IllegalStateException("what came out of YAML goes into JSON", e);
    }
  }

  /** Compares an answer, if it is of an application whose answers are compared. */
  void compare(Request request, JsonNode answer) {
    if (!applications.contains(request.application()) || request.kind() == Request.Kind.WRONG) {
      return;
    }
    String model = answer.path("model").asText("");
    JsonNode expected = answers.getOrDefault(question(request), Map.of()).get(model);
    JsonNode found = bare(answer);
    if (found.equals(expected)) {
      same.merge(model, 1L, Long::sum);
      return;
    }
    mixed++;
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(
          "%s was answered %s, but %s"
              .formatted(
                  request.key(),
                  found,
                  expected == null ? "no version of that name was swapped" : "not " + expected));
    }
  }

  private static JsonNode question(Request request) {
    try {
      return bare(JSON.readTree(request.body()));
    } catch (IOException e) {
      return JSON.nullNode();
    }
  }

  private static JsonNode bare(JsonNode body) {
    if (!(body instanceof ObjectNode fields)) {
      return body;
    }
    ObjectNode bare = fields.deepCopy().remove(ITS_OWN);
    if (bare.get("usage") instanceof ObjectNode usage) {
      usage.remove("prompt_tokens_details");
    }
    return bare;
  }

  /** Answers that were not the named version's own. */
  long mixed() {
    return mixed;
  }

  /** Answers that were, by version. */
  Map<String, Long> same() {
    return Map.copyOf(same);
  }

  /** The first that were not, for people. */
  List<String> examples() {
    return List.copyOf(examples);
  }
}
