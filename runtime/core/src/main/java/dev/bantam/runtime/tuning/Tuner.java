package dev.bantam.runtime.tuning;

import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out by which settings a model runs fastest. All are measured in turns, round by round, so
 * that what else the machine does hits all alike, and what counts are ratios within a round.
 *
 * <p>In the heats all compete, and those that never come near the usual settings drop out. The best
 * then has to win again in a final, where it runs between two runs of the usual settings: they say
 * how much noise there is, and only what is faster by more than that replaces them. Blocking; for
 * one thread.
 */
public final class Tuner {

  private static final int HEATS = 4;
  private static final int FINAL_ROUNDS = 7;

  /** Less is not worth another setting. */
  private static final double LEAST_GAIN = 0.03;

  /** No speed may be lower than by this, whatever the others gain. */
  private static final double MOST_LOSS = 0.02;

  /** Medians of seven rounds stray by less than half of what single rounds do. */
  private static final double NOISE_MARGIN = 2;

  /** What has never done better, of two heats or more, drops out. */
  private static final double FAR_BEHIND = 0.97;

  private final Trial trial;
  private final Listener listener;

  public Tuner(Trial trial, Listener listener) {
    this.trial = trial;
    this.listener = listener;
  }

  /** Runs the model. */
  @FunctionalInterface
  public interface Trial {
    /**
     * Blocking.
     *
     * @return how fast it was, by what was measured; the higher the better
     * @throws TaskException if it cannot be loaded or run so
     */
    Map<String, Double> speeds(RunSettings settings) throws TaskException;
  }

  /** Told how far it is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param stage {@code heats} or {@code final}
     * @param round from 1
     */
    void measured(
        String stage, int round, int rounds, RunSettings settings, Map<String, Double> speeds);
  }

  /**
   * What has come of it.
   *
   * @param chosen the fastest, or the usual ones
   * @param ratio how many times as fast as the usual ones, at the median of the final; 1 for those
   * @param noise how far two runs of the usual settings lay apart, at the median; 0 without a final
   * @param reason why these were chosen
   * @param trials what else was tried
   */
  public record Outcome(
      RunSettings chosen, double ratio, double noise, String reason, List<Tried> trials) {

    public Outcome {
      trials = List.copyOf(trials);
    }
  }

  /**
   * Settings beside the usual ones.
   *
   * @param ratio how many times as fast as the usual ones, at the median of the heats; 0 if they
   *     could not be used
   * @param rounds heats that they took part in
   * @param note why they dropped out; empty if they did not
   */
  public record Tried(RunSettings settings, double ratio, int rounds, String note) {}

  private static final class Contender {

    private final RunSettings settings;
    private final Ratios ratios = new Ratios();
    private String note = "";

    Contender(RunSettings settings) {
      this.settings = settings;
    }

    boolean isIn() {
      return note.isEmpty();
    }

    Tried report() {
      return new Tried(settings, ratios.median(), ratios.rounds(), note);
    }
  }

  /**
   * Measures.
   *
   * @param usual what is kept where nothing is clearly faster
   * @throws TaskException if the model cannot be run by the usual settings
   */
  public Outcome choose(RunSettings usual, List<RunSettings> others) throws TaskException {
    List<Contender> contenders = others.stream().map(Contender::new).toList();
    for (int round = 1; round <= HEATS && contenders.stream().anyMatch(Contender::isIn); round++) {
      heat(round, usual, contenders);
    }
    List<Tried> trials = contenders.stream().map(Contender::report).toList();
    Optional<Contender> best =
        contenders.stream()
            .filter(Contender::isIn)
            .max(Comparator.comparingDouble(contender -> contender.ratios.median()));
    if (best.isEmpty() || best.get().ratios.median() < 1 + LEAST_GAIN) {
      return new Outcome(usual, 1, 0, kept(best), trials);
    }
    return decide(usual, best.get().settings, trials);
  }

  private static String kept(Optional<Contender> best) {
    return best.map(
            found ->
                "nothing else is faster by %.0f %%; %s came nearest, %s times as fast"
                    .formatted(100 * LEAST_GAIN, found.settings, show(found.ratios.median())))
        .orElse("nothing else came near it");
  }

  /** All once: there and back, so that nobody is always the first. */
  private void heat(int round, RunSettings usual, List<Contender> contenders) throws TaskException {
    List<Contender> order = new ArrayList<>(contenders.stream().filter(Contender::isIn).toList());
    if (round % 2 == 0) {
      Collections.reverse(order);
    }
    Map<String, Double> base = measured("heats", round, HEATS, usual);
    for (Contender contender : order) {
      try {
        contender.ratios.add(measured("heats", round, HEATS, contender.settings), base);
        if (round > 1 && contender.ratios.best() < FAR_BEHIND) {
          contender.note = "slower in each round";
        }
      } catch (TaskException e) {
        contender.note = e.text();
      }
    }
  }

  private Outcome decide(RunSettings usual, RunSettings other, List<Tried> trials)
      throws TaskException {
    Ratios gain = new Ratios();
    Ratios same = new Ratios();
    for (int round = 1; round <= FINAL_ROUNDS; round++) {
      Map<String, Double> before = measured("final", round, FINAL_ROUNDS, usual);
      Map<String, Double> speeds = measured("final", round, FINAL_ROUNDS, other);
      Map<String, Double> after = measured("final", round, FINAL_ROUNDS, usual);
      gain.add(speeds, between(before, after));
      same.add(after, before);
    }
    double noise = same.distance();
    double asked = 1 + Math.max(LEAST_GAIN, NOISE_MARGIN * noise);
    String figures =
        "%s, ahead in %d of %d rounds, noise %s"
            .formatted(show(gain.median()), gain.ahead(), FINAL_ROUNDS, show(noise));
    boolean clear =
        gain.median() >= asked && gain.ahead() >= FINAL_ROUNDS - 1 && gain.least() >= 1 - MOST_LOSS;
    return clear
        ? new Outcome(other, gain.median(), noise, "times as fast: " + figures, trials)
        : new Outcome(
            usual,
            1,
            noise,
            "%s was faster at first, and in the final not clearly so: %s times as fast"
                .formatted(other, figures),
            trials);
  }

  /** What the machine was good for at the time of the run between two others. */
  private static Map<String, Double> between(
      Map<String, Double> before, Map<String, Double> after) {
    Map<String, Double> mean = new LinkedHashMap<>(before);
    after.forEach((name, speed) -> mean.merge(name, speed, (a, b) -> Math.sqrt(a * b)));
    return mean;
  }

  private Map<String, Double> measured(String stage, int round, int rounds, RunSettings settings)
      throws TaskException {
    Map<String, Double> speeds = trial.speeds(settings);
    listener.measured(stage, round, rounds, settings, speeds);
    return speeds;
  }

  private static String show(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }
}
