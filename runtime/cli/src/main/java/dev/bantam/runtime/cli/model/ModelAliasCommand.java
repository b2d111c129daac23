package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelAliases;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model alias}. */
@Command(
    name = "alias",
    header = "Gives a model's version a further name, or lists such names.",
    description = {
      "An alias stands for a model wherever one is named. It points at one version, the newest",
      "where none is said, and stays there until it is moved; whatever it points at is kept."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model alias",
      "  bantam model alias line-2 smollm2-135m-instruct:1@q4_1",
      "  bantam model alias line-2 my-model     move it to the newest version of another",
      "  bantam model alias --rm line-2"
    })
final class ModelAliasCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The alias.")
  private Optional<String> name = Optional.empty();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MODEL",
      converter = References.class,
      description = "What it points at: NAME[:VERSION][@VARIANT], installed.")
  private Optional<ModelReference> target = Optional.empty();

  @Option(names = "--rm", paramLabel = "NAME", description = "Remove an alias; its model stays.")
  private Optional<String> removed = Optional.empty();

  private final CliContext context;

  ModelAliasCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException {
    if (name.isPresent() && (target.isEmpty() || removed.isPresent())) {
      throw new CliException(
          ExitCode.USAGE,
          removed.isPresent()
              ? "with --rm, name the alias alone: bantam model alias --rm " + removed.get()
              : "what does %s point at? Type: bantam model alias %s MODEL"
                  .formatted(name.get(), name.get()));
    }
    ModelAliases aliases = context.models().aliases();
    if (removed.isPresent()) {
      aliases.remove(removed.get());
      say(Map.of("removed", removed.get()), removed.get() + " is no alias any more");
    } else if (name.isPresent() && target.isPresent()) {
      ModelReference pinned = aliases.point(name.get(), target.get());
      say(fields(name.get(), pinned), "%s points at %s".formatted(name.get(), pinned));
    } else {
      list(aliases.all());
    }
    return ExitCode.DONE;
  }

  private void list(Map<String, ModelReference> aliases) {
    if (json.wanted()) {
      context.printJson(Map.of("aliases", fields(aliases)));
      return;
    }
    aliases.forEach((alias, model) -> context.print("%-32s %s".formatted(alias, model)));
    if (aliases.isEmpty()) {
      context.print("(there is no alias)");
    }
  }

  private void say(Map<String, Object> fields, String line) {
    if (json.wanted()) {
      context.printJson(fields);
    } else {
      context.print(line);
    }
  }

  /** One object an alias. */
  static List<Map<String, Object>> fields(Map<String, ModelReference> aliases) {
    return aliases.entrySet().stream().map(each -> fields(each.getKey(), each.getValue())).toList();
  }

  private static Map<String, Object> fields(String alias, ModelReference model) {
    return Map.of("alias", alias, "model", model.toString());
  }
}
