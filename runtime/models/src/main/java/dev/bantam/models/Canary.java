package dev.bantam.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request with a known outcome, by which a model is tried before it takes traffic.
 *
 * @param task e.g. {@code chat}
 * @param request the request's payload: texts, numbers, booleans, nulls, lists and maps of them
 * @param expect what the answer must be
 */
public record Canary(
    @JsonProperty(required = true) String task,
    @JsonProperty(required = true) Map<String, Object> request,
    @JsonProperty(required = true) Expectation expect) {

  /**
   * @throws IllegalArgumentException if a value is missing
   */
  @SuppressWarnings("ConstantValue")
  public Canary {
    if (task == null || task.isBlank() || request == null || expect == null) {
      throw new IllegalArgumentException("a canary has the keys task, request and expect");
    }
    request = Collections.unmodifiableMap(new LinkedHashMap<>(request));
  }
}
