package dev.bantam.runtime.governor;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The section {@code governor} of a device profile or of {@code bantam.yaml}; field by field:
 * {@code device-profiles/README.md}. Empty means: as the profile has it, or as usual.
 *
 * @param isThere whether the document has the section; a device for which none has it takes no
 *     steps
 * @param ladder the steps, in order
 * @param step the shortest time before a step down
 * @param hold the shortest time before a step up
 * @param maxTokens most tokens of a shorter answer
 * @param contextPercent a smaller context, in percent of the slot's
 * @param minFrequency percent of the processor's frequency below which it is short of power
 * @param memory when memory is short
 */
public record GovernorSettings(
    boolean isThere,
    Optional<List<Measure>> ladder,
    Optional<Duration> step,
    Optional<Duration> hold,
    Optional<Integer> maxTokens,
    Optional<Integer> contextPercent,
    Optional<Integer> minFrequency,
    Memory memory) {

  private static final String SECTION = "governor";
  private static final String MEMORY = "memory";
  private static final Duration USUAL_STEP = Duration.ofSeconds(10);
  private static final Duration USUAL_HOLD = Duration.ofMinutes(1);
  private static final int USUAL_MAX_TOKENS = 128;
  private static final int USUAL_CONTEXT_PERCENT = 50;

  /** Nothing said. */
  public static final GovernorSettings NONE =
      new GovernorSettings(
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new Memory(Optional.empty(), Optional.empty(), Optional.empty()));

  /** From when on memory is short, as {@link MemoryLimits}; empty for the usual. */
  public record Memory(Optional<Double> raised, Optional<Double> high, Optional<Double> critical) {

    private static Memory of(Section section) {
      return new Memory(
          section.number("raised"), section.number("high"), section.number("critical"));
    }

    private Memory over(Memory other) {
      return new Memory(
          other.raised.or(() -> raised),
          other.high.or(() -> high),
          other.critical.or(() -> critical));
    }

    private MemoryLimits limits() {
      MemoryLimits usual = MemoryLimits.USUAL;
      return new MemoryLimits(
          raised.orElse(usual.raised()),
          high.orElse(usual.high()),
          critical.orElse(usual.critical()));
    }

    private Optional<String> disorder() {
      MemoryLimits all = limits();
      return all.raised() <= all.high() && all.high() <= all.critical()
          ? Optional.empty()
          : Optional.of(
              "must be in the order of their names, but raised is %s, high %s and critical %s"
                  .formatted(all.raised(), all.high(), all.critical()));
    }
  }

  /**
   * What a document says.
   *
   * @param root the document
   */
  public static GovernorSettings of(Section root) {
    Section section = root.section(SECTION);
    return new GovernorSettings(
        root.has(SECTION),
        section
            .texts("ladder")
            .map(names -> names.stream().map(Measure::step).flatMap(Optional::stream).toList()),
        section.duration("step"),
        section.duration("hold"),
        section.integer("max_tokens"),
        section.integer("context_percent"),
        section.integer("min_frequency"),
        Memory.of(section.section(MEMORY)));
  }

  /** What is wrong in a document beside its schema. */
  public static List<Problem> problems(Section root) {
    Section section = root.section(SECTION);
    return Memory.of(section.section(MEMORY)).disorder().stream()
        .map(wrong -> section.problem(MEMORY, wrong))
        .toList();
  }

  /** With another's word where it has one. */
  public GovernorSettings over(GovernorSettings other) {
    return new GovernorSettings(
        isThere || other.isThere,
        other.ladder.or(() -> ladder),
        other.step.or(() -> step),
        other.hold.or(() -> hold),
        other.maxTokens.or(() -> maxTokens),
        other.contextPercent.or(() -> contextPercent),
        other.minFrequency.or(() -> minFrequency),
        memory.over(other.memory));
  }

  /**
   * The rules that these settings make.
   *
   * @return empty for a device that takes no steps
   * @throws IllegalArgumentException if they do not go together
   */
  public Optional<GovernorRules> rules() {
    memory
        .disorder()
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(
                  "%s.%s: %s (device profile and bantam.yaml together)"
                      .formatted(SECTION, MEMORY, wrong));
            });
    return Stream.of(this)
        .filter(GovernorSettings::isThere)
        .map(
            said ->
                new GovernorRules(
                    new GovernorPolicy(
                        ladder.orElseGet(Measure::steps),
                        step.orElse(USUAL_STEP),
                        hold.orElse(USUAL_HOLD)),
                    maxTokens.orElse(USUAL_MAX_TOKENS),
                    contextPercent.orElse(USUAL_CONTEXT_PERCENT),
                    minFrequency.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                    memory.limits()))
        .findFirst();
  }
}
