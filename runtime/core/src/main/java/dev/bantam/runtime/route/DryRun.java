package dev.bantam.runtime.route;

import dev.bantam.runtime.config.OutputTopics;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RouteConfig.Work;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.mqtt.Publication;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskResult;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route without broker: says stage by stage what becomes of messages. Nothing is published. For
 * one thread.
 */
public final class DryRun {

  private static final Set<String> ENVELOPE =
      Set.of("id", "text", "finish_reason", "usage", "model", "slot", "timings");

  private final RouteConfig config;
  private final PayloadReader reader;
  private final Sieve sieve;
  private final Optional<RequestWriter> requests;
  private final OutputWriter outputs;

  /**
   * One stage's result.
   *
   * @param name {@code match}, {@code parse}, {@code sift}, {@code window}, {@code request}, {@code
   *     answer}, {@code output} or {@code error}
   */
  public record Stage(String name, Map<String, @Nullable Object> details) {}

  /** Asks a model. */
  @FunctionalInterface
  public interface Asker {

    /**
     * @param request the fields, with {@code slot} where the route names one
     * @return the answer's fields, as they come over MQTT
     * @throws Exception saying why there is none
     */
    Map<String, Object> ask(String task, Map<String, Object> request) throws Exception;
  }

  public DryRun(RouteConfig config, SiteConfig site) {
    Variables variables = new Variables(config, site.device());
    Clock clock = Clock.systemUTC();
    this.config = config;
    this.reader = new PayloadReader(config);
    this.sieve = new Sieve(config, variables, clock);
    this.requests = config.work().map(work -> new RequestWriter(work, variables, clock));
    this.outputs =
        new OutputWriter(
            config, variables, new OutputTopics(site.routes().topics(), site.device()), clock);
  }

  /** Whether the route listens to a topic. */
  public static boolean hears(RouteConfig config, String topic) {
    return config.from().stream().anyMatch(pattern -> pattern.matches(topic));
  }

  /**
   * What becomes of a message. Windows and what is remembered of keys go on from one to the next.
   *
   * @param asker empty to stop before the model is asked
   */
  public List<Stage> message(String topic, String payload, Optional<Asker> asker) {
    List<Stage> stages = new ArrayList<>();
    boolean heard = hears(config, topic);
    stages.add(stage("match", "topic", topic, "heard", heard, "levels", reader.levels(topic)));
    if (!heard) {
      return stages;
    }
    Buffer bytes = Buffer.buffer(payload);
    try {
      RouteMessage message = reader.read(topic, bytes, 0, System.currentTimeMillis(), () -> {});
      stages.add(
          stage(
              "parse",
              "payload",
              message.payload(),
              "value",
              Double.isNaN(message.value()) ? null : message.value(),
              "key",
              message.key()));
      sift(message, stages, asker);
    } catch (RouteFailure e) {
      stages.add(error(e));
    }
    return stages;
  }

  private void sift(RouteMessage message, List<Stage> stages, Optional<Asker> asker)
      throws RouteFailure {
    Sieve.Verdict verdict = sieve.add(message, System.nanoTime());
    if (verdict instanceof Sieve.Verdict.Filtered filtered) {
      stages.add(stage("sift", "goes_on", false, "by", filtered.by()));
    } else if (verdict instanceof Sieve.Verdict.InWindow in) {
      stages.add(stage("sift", "goes_on", true));
      stages.add(stage("window", "messages", in.messages(), "complete", false));
    } else if (verdict instanceof Sieve.Verdict.Ready ready) {
      stages.add(stage("sift", "goes_on", true));
      goOn(ready.batch(), stages, asker);
    }
  }

  /** Windows that are still open, as if their time were up. */
  public List<Stage> closeWindows(Optional<Asker> asker) {
    List<Stage> stages = new ArrayList<>();
    for (Batch batch : sieve.flush()) {
      try {
        goOn(batch, stages, asker);
      } catch (RouteFailure e) {
        stages.add(error(e));
      }
    }
    return stages;
  }

  private void goOn(Batch batch, List<Stage> stages, Optional<Asker> asker) throws RouteFailure {
    if (config.window().isPresent()) {
      stages.add(stage("window", "messages", batch.size(), "complete", true));
    }
    if (requests.isEmpty() || config.work().isEmpty()) {
      stages.add(output(outputs.write(batch, Optional.empty())));
      return;
    }
    Work work = config.work().get();
    RequestBody body = requests.get().write(batch);
    stages.add(
        stage(
            "request",
            "task",
            work.task(),
            "slot",
            work.slot().orElse(null),
            "fields",
            body.fields()));
    if (asker.isPresent()) {
      Map<String, Object> answer = ask(asker.get(), work, body);
      stages.add(new Stage("answer", new LinkedHashMap<>(answer)));
      stages.add(output(outputs.write(batch, Optional.of(answer(answer)))));
    }
  }

  private static Map<String, Object> ask(Asker asker, Work work, RequestBody body)
      throws RouteFailure {
    Map<String, Object> request = new LinkedHashMap<>();
    body.fields()
        .forEach(
            (name, value) -> {
              if (value != null) {
                request.put(name, value);
              }
            });
    work.slot().ifPresent(slot -> request.put("slot", slot));
    try {
      return asker.ask(work.task(), request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RouteFailure("answer", "interrupted", e);
    } catch (Exception e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new RouteFailure("answer", String.valueOf(cause.getMessage()), e);
    }
  }

  /** The answer as the dispatcher would have given it. */
  private static Answer answer(Map<String, Object> json) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(json);
    fields.keySet().removeAll(ENVELOPE);
    return new Answer(
        new TaskResult(
            String.valueOf(json.getOrDefault("text", "")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            fields),
        ModelReference.parse(String.valueOf(json.getOrDefault("model", "unknown"))),
        String.valueOf(json.getOrDefault("slot", "")),
        0);
  }

  private static Stage output(Publication publication) {
    return stage(
        "output",
        "topic",
        publication.topic(),
        "payload",
        new String(publication.payload().getBytes(), StandardCharsets.UTF_8),
        "qos",
        publication.qos(),
        "retained",
        publication.retained());
  }

  private static Stage error(RouteFailure failure) {
    return stage("error", "code", failure.code(), "message", failure.text());
  }

  private static Stage stage(String name, @Nullable Object... pairs) {
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      details.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return new Stage(name, details);
  }
}
