package dev.bantam.runtime.governor;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code temperature} of a device profile or of {@code bantam.yaml}; field by field:
 * {@code device-profiles/README.md}. Empty means: as the profile has it, or as usual.
 *
 * @param warm in °C
 * @param hot in °C; a device without it is not watched
 * @param critical in °C
 * @param hold the shortest time before it counts as cooler
 */
public record TemperatureLimits(
    Optional<Double> warm,
    Optional<Double> hot,
    Optional<Double> critical,
    Optional<Duration> hold) {

  /** Nothing said. */
  public static final TemperatureLimits NONE =
      new TemperatureLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final String SECTION = "temperature";
  private static final String WARM = "warm";
  private static final String HOT = "hot";
  private static final String CRITICAL = "critical";
  private static final double USUAL_DISTANCE = 10;
  private static final Duration USUAL_HOLD = Duration.ofSeconds(30);

  /**
   * What a document says.
   *
   * @param root the document
   */
  public static TemperatureLimits of(Section root) {
    Section section = root.section(SECTION);
    return new TemperatureLimits(
        section.number(WARM),
        section.number(HOT),
        section.number(CRITICAL),
        section.duration("hold"));
  }

  /** What is wrong in a document beside its schema: limits in another order than their names'. */
  public static List<Problem> problems(Section root) {
    Section section = root.section(SECTION);
    return disorder(section.number(WARM), section.number(HOT), section.number(CRITICAL))
        .map(wrong -> section.problem(wrong.key(), wrong.message()))
        .stream()
        .toList();
  }

  /** With another's word where it has one. */
  public TemperatureLimits over(TemperatureLimits other) {
    return new TemperatureLimits(
        other.warm.or(() -> warm),
        other.hot.or(() -> hot),
        other.critical.or(() -> critical),
        other.hold.or(() -> hold));
  }

  /**
   * The policy that these limits make.
   *
   * @return empty for a device that is not watched
   * @throws IllegalArgumentException if they are in another order than their names', or miss {@code
   *     hot}
   */
  public Optional<HeatPolicy> policy() {
    if (hot.isEmpty() && (warm.isPresent() || critical.isPresent())) {
      throw new IllegalArgumentException(
          "%s: neither the device profile nor bantam.yaml says from when on the device is hot; add the key hot"
              .formatted(SECTION));
    }
    disorder(warm, hot, critical)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(
                  "%s.%s: %s (device profile and bantam.yaml together)"
                      .formatted(SECTION, wrong.key(), wrong.message()));
            });
    return hot.map(
        limit ->
            new HeatPolicy(
                warm.orElse(limit - USUAL_DISTANCE), limit, critical, hold.orElse(USUAL_HOLD)));
  }

  private record Disorder(String key, String message) {}

  private static Optional<Disorder> disorder(
      Optional<Double> warm, Optional<Double> hot, Optional<Double> critical) {
    if (warm.isPresent() && hot.isPresent() && warm.get() >= hot.get()) {
      return Optional.of(
          new Disorder(
              WARM, "must be below hot: %s is not below %s".formatted(warm.get(), hot.get())));
    }
    Optional<Double> under = hot.or(() -> warm);
    if (critical.isPresent() && under.isPresent() && critical.get() < under.get()) {
      return Optional.of(
          new Disorder(
              CRITICAL,
              "must not be below %s: %s is below %s"
                  .formatted(hot.isPresent() ? HOT : WARM, critical.get(), under.get())));
    }
    return Optional.empty();
  }
}
