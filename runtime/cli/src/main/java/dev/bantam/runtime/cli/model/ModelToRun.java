package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands that load a model by themselves: which one, and on how many threads. */
final class ModelToRun {

  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      converter = References.class,
      description = "An installed model: NAME[:VERSION][@VARIANT].")
  @SuppressWarnings("NullAway.Init")
  private ModelReference model;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: one a core).")
  private Optional<Integer> threads = Optional.empty();

  ModelFiles files(CliContext context) throws ModelException {
    return context.models().resolve(model);
  }

  /**
   * @param variant as an option of its own names it; empty for what the reference says
   */
  ModelFiles files(CliContext context, Optional<String> variant)
      throws ModelException, CliException {
    try {
      ModelReference chosen =
          variant.isEmpty() ? model : new ModelReference(model.name(), model.version(), variant);
      return context.models().resolve(chosen);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "--variant: " + e.getMessage(), e);
    }
  }

  int threads() throws CliException {
    int count = threads.orElse(HardwareProbe.thisMachine().usableCores());
    if (count < 1 || count > MOST_THREADS) {
      throw new CliException(
          ExitCode.USAGE, "--threads %d: use 1 to %d".formatted(count, MOST_THREADS));
    }
    return count;
  }
}
