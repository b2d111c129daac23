package dev.bantam.runtime.swap;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a slot goes on with after a restart, however the process ended.
 *
 * @param format version of this document's form
 * @param configured the model that the profile or the site named when this was written; another
 *     word of theirs counts more than a wish of before
 * @param generation of the last wish that was taken; 0 for none
 * @param active the model that is good, as {@code name:version@variant}
 * @param previous what a rollback goes to
 * @param attempt a model that was tried and is not committed yet
 * @param outcomes how the last swaps ended, the newest first
 */
record SlotJournal(
    int format,
    String configured,
    long generation,
    String active,
    Optional<String> previous,
    Optional<Attempt> attempt,
    List<SwapOutcome> outcomes) {

  static final int FORMAT = 1;

  /** So many outcomes are remembered. */
  static final int HISTORY = 50;

  static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(new Jdk8Module())
          .build();

  SlotJournal {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * A model that is tried.
   *
   * @param generation of the wish
   * @param deploymentId the controller's name for it
   * @param model as {@code name:version@variant}
   */
  record Attempt(long generation, Optional<String> deploymentId, String model) {}

  /** Of a slot whose model was never replaced. */
  static SlotJournal first(ModelReference configured, ModelReference active) {
    return new SlotJournal(
        FORMAT,
        configured.toString(),
        0,
        active.toString(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The models that the slot can be started with, the best first. */
  List<ModelReference> startable() {
    return Stream.concat(Stream.of(active), previous.stream()).map(ModelReference::parse).toList();
  }

  /** Whether the good model is there by a wish. */
  boolean isActiveWished() {
    return outcomes.stream()
        .anyMatch(
            past -> past.result() == SwapOutcome.Result.SUCCESSFUL && past.wanted().equals(active));
  }

  /** All models that must not be removed. */
  List<ModelReference> held() {
    return Stream.concat(
            startable().stream(),
            attempt.stream().map(tried -> ModelReference.parse(tried.model())))
        .distinct()
        .toList();
  }

  /** What another journal says of models, with this one's wishes. */
  SlotJournal restarted(SlotJournal models) {
    return new SlotJournal(
        FORMAT,
        models.configured,
        generation,
        models.active,
        models.previous,
        Optional.empty(),
        outcomes);
  }

  /** With a model that is tried. */
  SlotJournal trying(Attempt tried) {
    return new SlotJournal(
        format, configured, generation, active, previous, Optional.of(tried), outcomes);
  }

  /** With another good model; the one before is what a rollback goes to. */
  SlotJournal committed(ModelReference model) {
    return new SlotJournal(
        format,
        configured,
        generation,
        model.toString(),
        model.toString().equals(active) ? previous : Optional.of(active),
        Optional.empty(),
        outcomes);
  }

  /** After profile or site have named another model, or the same again. */
  SlotJournal configured(ModelReference model) {
    return new SlotJournal(
        format, model.toString(), generation, active, previous, attempt, outcomes);
  }

  /** With nothing tried any more, which nobody had wished. */
  SlotJournal untried() {
    return new SlotJournal(
        format, configured, generation, active, previous, Optional.empty(), outcomes);
  }

  /** With nothing tried any more. */
  SlotJournal ended(SwapOutcome outcome) {
    List<SwapOutcome> all = new ArrayList<>(List.of(outcome));
    all.addAll(outcomes);
    return new SlotJournal(
        format,
        configured,
        Math.max(generation, outcome.generation()),
        active,
        previous,
        Optional.empty(),
        all.subList(0, Math.min(HISTORY, all.size())));
  }
}
