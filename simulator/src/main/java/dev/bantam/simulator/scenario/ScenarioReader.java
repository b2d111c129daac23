package dev.bantam.simulator.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads scenarios. Unknown keys are errors. */
public final class ScenarioReader {

  private static final ObjectMapper YAML =
      YAMLMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private ScenarioReader() {}

  /** The demo that {@code bantam up} plays: a boiler, a cold store, a door. */
  public static Scenario demo() {
    String resource = "/dev/bantam/simulator/scenarios/demo.yaml";
    try (InputStream in = ScenarioReader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks the resource " + resource);
      }
      return read("demo.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a scenario.
   *
   * @param name for messages
   * @throws IllegalArgumentException with file, line, and what is wrong
   */
  public static Scenario read(String name, String yaml) {
    try {
      return YAML.readValue(yaml, Scenario.class);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      Throwable cause = e.getCause() instanceof IllegalArgumentException inner ? inner : e;
      String message = cause == e ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
      throw new IllegalArgumentException("%s:%d: %s".formatted(name, line, message), e);
    }
  }
}
