package dev.bantam.runtime.tuning;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.util.Map;
import java.util.Optional;

/**
 * Has models loaded by what was measured on this machine. Blocking, for it reads a small file.
 *
 * @param files where the records lie
 * @param machine what a record must hold for
 */
public record Tuning(TuningFiles files, Map<String, String> machine) {

  public Tuning {
    machine = Map.copyOf(machine);
  }

  /** What is known of a model that would be loaded so, if it still holds. */
  public Optional<TuningRecord> known(ModelFiles model, LoadContext usual) {
    return files
        .read(model.reference())
        .filter(record -> record.holdsFor(machine, model, RunSettings.of(usual)));
  }

  /** How a model is to be loaded; as usual where nothing is known of it. */
  public LoadContext over(LoadContext usual, ModelFiles model) {
    return known(model, usual).map(record -> record.chosen().over(usual)).orElse(usual);
  }
}
