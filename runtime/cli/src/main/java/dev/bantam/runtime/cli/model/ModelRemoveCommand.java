package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam model rm}. */
@Command(
    name = "rm",
    header = "Removes an installed model, and the files that no other model needs.",
    description = {
      "Without version or variant, all of them go. Exit code 3, and nothing goes, where a slot needs",
      "one of them (bantam model holds)."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bantam model rm my-model", "  bantam model rm my-model:1@q4_1"})
final class ModelRemoveCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private ModelArgument model = new ModelArgument();

  private final CliContext context;

  ModelRemoveCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    ModelReference reference = model.reference();
    context.models().remove(reference);
    if (json.wanted()) {
      context.printJson(Map.of("removed", reference.toString()));
    } else {
      context.print(reference + " is removed");
    }
    return 0;
  }
}
