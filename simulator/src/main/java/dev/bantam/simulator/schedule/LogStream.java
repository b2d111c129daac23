package dev.bantam.simulator.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.scenario.LogSpec;
import dev.bantam.simulator.scenario.Placeholders;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.Scenario.FormName;
import dev.bantam.simulator.signal.Seed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What one event log publishes: {@code {"log","time","message"}}, or the line alone as text. */
final class LogStream implements EventStream {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final LogSpec spec;
  private final Instant starts;
  private final PaceClock clock;
  private final Random random;
  private final int number;
  private final String topic;
  private final double weights;

  LogStream(Scenario scenario, LogSpec spec, int number) {
    Seed seed = new Seed(scenario.seed()).of("log").of(spec.id());
    this.spec = spec;
    this.starts = scenario.starts();
    this.clock = new PaceClock(spec.pace(), seed, false);
    this.random = seed.of("lines").random();
    this.number = number;
    this.topic = Placeholders.fill(spec.outlet().topic().orElse("logs/{id}"), name -> spec.id());
    this.weights = spec.templates().stream().mapToDouble(LogSpec.Template::weight).sum();
  }

  @Override
  public Optional<Publication> next() {
    long nanos = clock.next();
    LogSpec.Template template = draw();
    String line = Placeholders.fill(template.text(), this::word);
    return Optional.of(
        new Publication(
            nanos,
            spec.id(),
            number,
            topic,
            payload(starts.plusNanos(nanos), line),
            spec.outlet().qos(),
            spec.outlet().retain(),
            template.label()));
  }

  private LogSpec.Template draw() {
    double point = random.nextDouble() * weights;
    for (LogSpec.Template template : spec.templates()) {
      point -= template.weight();
      if (point < 0) {
        return template;
      }
    }
    return spec.templates().get(spec.templates().size() - 1);
  }

  private String word(String name) {
    List<String> words = spec.words().getOrDefault(name, List.of(name));
    return words.get(random.nextInt(words.size()));
  }

  private byte[] payload(Instant time, String line) {
    if (spec.outlet().form() != FormName.JSON) {
      return line.getBytes(StandardCharsets.UTF_8);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("log", spec.id());
    fields.put("time", time.toString());
    fields.put("message", line);
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts cannot fail to be JSON", e);
    }
  }
}
