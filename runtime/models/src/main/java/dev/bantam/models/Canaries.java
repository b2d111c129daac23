package dev.bantam.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.JsonSchema;
import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.documents.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Canaries that people write: in a file of their own, as a YAML or JSON list, or as a part of
 * another document.
 */
public final class Canaries {

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private Canaries() {}

  /** Reads a file with nothing but canaries. Blocking. */
  public static ReadResult<List<Canary>> read(Path file) {
    return new DocumentReader("/dev/bantam/models/canaries.schema.json")
        .read(file)
        .finish(root -> problems(root.elements()), root -> of(root.elements()));
  }

  /** What is wrong with canaries beside what their schema says. */
  public static List<Problem> problems(List<Section> canaries) {
    List<Problem> problems = new ArrayList<>();
    for (Section canary : canaries) {
      Section expect = canary.section("expect");
      if (expect.has(Expectation.JSON_SCHEMA)) {
        try {
          JsonSchema unused = JsonSchema.of(expect.anything(Expectation.JSON_SCHEMA));
        } catch (IllegalArgumentException e) {
          problems.add(expect.problem(Expectation.JSON_SCHEMA, String.valueOf(e.getMessage())));
        }
      }
    }
    return problems;
  }

  /** Those of sections without problems. */
  public static List<Canary> of(List<Section> canaries) {
    return canaries.stream()
        .map(
            canary ->
                new Canary(
                    canary.required("task"),
                    canary.anything("request"),
                    JSON.convertValue(canary.anything("expect"), Expectation.class)))
        .toList();
  }
}
