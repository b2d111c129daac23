package dev.bantam.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a canary's answer must be. The key that is present says which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(Expectation.Text.class),
  @JsonSubTypes.Type(Expectation.Contains.class),
  @JsonSubTypes.Type(Expectation.Label.class),
  @JsonSubTypes.Type(Expectation.JsonSchema.class),
  @JsonSubTypes.Type(Expectation.NotEmpty.class)
})
public sealed interface Expectation {

  /** The key of {@link JsonSchema}. */
  String JSON_SCHEMA = "json_schema";

  /**
   * The whole answer.
   *
   * @param text letter by letter
   */
  record Text(@JsonProperty(required = true) String text) implements Expectation {}

  /**
   * A part of the answer.
   *
   * @param contains letter by letter
   */
  record Contains(@JsonProperty(required = true) String contains) implements Expectation {}

  /**
   * What a text is classified as.
   *
   * @param label the one with the highest score
   */
  record Label(@JsonProperty(required = true) String label) implements Expectation {}

  /**
   * An answer whose text is JSON.
   *
   * @param jsonSchema the JSON Schema that it keeps
   */
  record JsonSchema(@JsonProperty(required = true) Map<String, Object> jsonSchema)
      implements Expectation {

    public JsonSchema {
      jsonSchema = Collections.unmodifiableMap(new LinkedHashMap<>(jsonSchema));
    }
  }

  /**
   * Any answer but none.
   *
   * @param notEmpty true
   */
  record NotEmpty(@JsonProperty(required = true) boolean notEmpty) implements Expectation {

    /**
     * @throws IllegalArgumentException if it is false
     */
    public NotEmpty {
      if (!notEmpty) {
        throw new IllegalArgumentException("not_empty is true, or left out");
      }
    }
  }
}
