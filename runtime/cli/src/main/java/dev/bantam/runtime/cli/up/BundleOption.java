package dev.bantam.runtime.cli.up;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.model.ImportReport;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Models that a device brings along to its first start: for containers, and without a network. */
final class BundleOption {

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      description = {
        "First install the models of a bundle (bantam model export) whose versions are not installed",
        "yet. Can be given several times."
      })
  private List<Path> files = List.of();

  /**
   * Installs what is not there. Blocking.
   *
   * @param lead what its lines begin with
   * @throws ModelException why a bundle cannot be taken, unless other versions of all its models
   *     are there: a device that has got newer ones since then goes on with them
   */
  void install(Terminal terminal, ModelRepository models, String lead) throws ModelException {
    for (Path file : files) {
      install(file, terminal, models, lead);
    }
  }

  private static void install(Path file, Terminal terminal, ModelRepository models, String lead)
      throws ModelException {
    List<ModelReference> contents = models.bundles().contents(file);
    if (contents.stream().allMatch(version -> isInstalled(models, version))) {
      terminal.line("%s%s: its models are installed".formatted(lead, file));
      return;
    }
    try {
      for (InstalledModel model : models.bundles().read(file, new ImportReport(terminal))) {
        terminal.endProgress();
        terminal.line("%s%s is installed, from %s".formatted(lead, model.reference(), file));
      }
    } catch (ModelException e) {
      terminal.endProgress();
      if (!contents.stream().allMatch(version -> isInstalled(models, anyOf(version)))) {
        throw e;
      }
      terminal.line(
          "%s%s is not taken: %s; other versions of its models are installed"
              .formatted(lead, file, e.getMessage()));
    }
  }

  private static ModelReference anyOf(ModelReference version) {
    return ModelReference.parse(version.name());
  }

  private static boolean isInstalled(ModelRepository models, ModelReference wanted) {
    try {
      models.resolve(wanted);
      return true;
    } catch (ModelException e) {
      return false;
    }
  }
}
