package dev.bantam.runtime.tuning;

import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * By which settings one model runs fastest on one machine.
 *
 * @param format version of this document's form
 * @param machine what it holds for: processor, cores, ONNX Runtime, each by name
 * @param model with version and variant
 * @param files of the model, by role: name and size. Files of installed models are named by their
 *     digests
 * @param usual what profile and machine would have had
 * @param chosen what is used in its place; the usual settings where nothing was clearly faster
 * @param ratio how many times as fast as usual
 * @param noise how far runs of the usual settings lay apart
 * @param reason why these were chosen
 * @param trials what else was tried
 * @param tunedAt by the wall clock, in ISO 8601
 * @param tookMs how long it took, in milliseconds
 */
public record TuningRecord(
    int format,
    Map<String, String> machine,
    String model,
    Map<String, String> files,
    RunSettings usual,
    RunSettings chosen,
    double ratio,
    double noise,
    String reason,
    List<Tuner.Tried> trials,
    String tunedAt,
    long tookMs) {

  static final int FORMAT = 1;

  public TuningRecord {
    machine = Map.copyOf(machine);
    files = Map.copyOf(files);
    trials = List.copyOf(trials);
    if (chosen.threads() > usual.threads() || (chosen.spinning() && !usual.spinning())) {
      throw new IllegalArgumentException(
          "%s is more than %s, which the machine is meant to give".formatted(chosen, usual));
    }
  }

  /** Of a measurement that has just ended. */
  public static TuningRecord now(
      Map<String, String> machine,
      ModelFiles model,
      RunSettings usual,
      Tuner.Outcome outcome,
      long tookMs) {
    return new TuningRecord(
        FORMAT,
        machine,
        model.reference().toString(),
        identity(model),
        usual,
        outcome.chosen(),
        outcome.ratio(),
        outcome.noise(),
        outcome.reason(),
        outcome.trials(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        tookMs);
  }

  /** The model as the file names it. */
  public ModelReference reference() {
    return ModelReference.parse(model);
  }

  /** Whether it says something about this model, loaded as usual on this machine. */
  public boolean holdsFor(Map<String, String> thisMachine, ModelFiles loaded, RunSettings asUsual) {
    return format == FORMAT
        && machine.equals(thisMachine)
        && usual.equals(asUsual)
        && files.equals(identity(loaded));
  }

  /** Of files that cannot be found, none: such a model is not loaded. */
  private static Map<String, String> identity(ModelFiles model) {
    try {
      return model.identity();
    } catch (IOException e) {
      return Map.of();
    }
  }

  /** In a line. */
  public String summary() {
    return chosen.equals(usual)
        ? "as usual (%s): %s".formatted(usual, reason)
        : "%s instead of %s, %s".formatted(chosen, usual, reason);
  }
}
