package dev.bantam.runtime.cli.model;

import dev.bantam.models.Hold;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam model holds}. */
@Command(
    name = "holds",
    header = "Lists which slots need which models, and ends what a slot that is no more holds.",
    description = {
      "What a slot runs, and what it would go back to, is held, also while the device is down: rm",
      "and gc leave it alone."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bantam model holds", "  bantam model holds --rm boiler-room/assistant"})
final class ModelHoldsCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Option(
      names = "--rm",
      paramLabel = "HOLDER",
      description = "Let go what this holder has held. A device that runs holds it again.")
  private Optional<String> ended = Optional.empty();

  private final CliContext context;

  ModelHoldsCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException {
    ModelRepository models = context.models();
    if (ended.isPresent()) {
      end(models, ended.get());
      return ExitCode.DONE;
    }
    List<Hold> holds = models.holds();
    if (json.wanted()) {
      context.printJson(Map.of("holds", holds.stream().map(ModelHoldsCommand::fields).toList()));
      return ExitCode.DONE;
    }
    holds.forEach(hold -> context.print("%-32s %s".formatted(hold.holder(), names(hold))));
    if (holds.isEmpty()) {
      context.print("(no slot holds a model)");
    }
    return ExitCode.DONE;
  }

  private void end(ModelRepository models, String holder) throws ModelException, CliException {
    List<String> holders = models.holds().stream().map(Hold::holder).toList();
    if (!holders.contains(holder)) {
      throw new CliException(
          ExitCode.USAGE,
          "\"%s\" holds nothing; %s"
              .formatted(
                  holder,
                  holders.isEmpty()
                      ? "nobody does"
                      : "holders are: " + String.join(", ", holders)));
    }
    models.hold(holder, List.of());
    if (json.wanted()) {
      context.printJson(Map.of("removed", holder));
    } else {
      context.print(holder + " holds nothing any more");
    }
  }

  private static String names(Hold hold) {
    return hold.models().stream().map(ModelReference::toString).collect(Collectors.joining(", "));
  }

  private static Map<String, Object> fields(Hold hold) {
    return Map.of(
        "holder", hold.holder(),
        "models", hold.models().stream().map(ModelReference::toString).toList());
  }
}
