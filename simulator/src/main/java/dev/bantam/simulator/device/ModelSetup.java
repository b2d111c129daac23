package dev.bantam.simulator.device;

import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Gets the models that a scenario names before its devices start. Blocking; for one thread.
 *
 * @param folder of the run
 * @param say is told of each model
 * @param stopped whether it shall be given up; asked often
 */
record ModelSetup(Launcher launcher, Path folder, Consumer<String> say, BooleanSupplier stopped) {

  /** Pulls those that all devices share, each once. */
  void pull(List<DeviceSpec> specs) throws SetupException, InterruptedException {
    Set<String> models = new LinkedHashSet<>();
    specs.forEach(spec -> models.addAll(spec.models()));
    for (String model : models) {
      run(launcher.home(), model, List.of("model", "pull", model));
    }
  }

  /** Makes those of files that a device has for itself. */
  void make(DeviceSpec spec, DeviceHome home) throws SetupException, InterruptedException {
    for (DeviceSpec.Import model : spec.imports()) {
      Path file = home.temporary().resolve(Path.of(model.file()).getFileName());
      try (InputStream in = spec.attachments().open(model.file()).orElseThrow(IOException::new)) {
        Files.write(file, in.readAllBytes());
      } catch (IOException e) {
        throw new SetupException("there is no readable file " + model.file(), e);
      }
      List<String> command = new ArrayList<>();
      command.addAll(List.of("model", "import", file.toString(), "--name", model.name()));
      model.quantize().ifPresent(to -> command.addAll(List.of("--quantize", to)));
      run(home.folder(), model.name(), command);
    }
  }

  private void run(Path home, String model, List<String> arguments)
      throws SetupException, InterruptedException {
    long start = System.nanoTime();
    say.accept("model %s: %s".formatted(model, String.join(" ", arguments.subList(0, 2))));
    Child child =
        Child.start(
            launcher.command(List.of(), arguments.toArray(String[]::new)),
            Map.of("BANTAM_HOME", home.toString()),
            folder.resolve("models.log"));
    try {
      Optional<Integer> status = child.awaitEnd();
      while (status.isEmpty()) {
        if (stopped.getAsBoolean()) {
          throw new CancellationException("stopped while models were pulled");
        }
        status = child.awaitEnd();
      }
      if (status.get() != 0) {
        throw new SetupException(
            "the model %s cannot be had:%n%s".formatted(model, child.lastWords()));
      }
    } finally {
      child.kill();
    }
    say.accept(
        "model %s: is there, %d ms".formatted(model, (System.nanoTime() - start) / 1_000_000));
  }
}
