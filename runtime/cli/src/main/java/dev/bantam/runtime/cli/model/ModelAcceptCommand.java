package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bantam model accept}. */
@Command(
    name = "accept",
    header = "Accepts the terms of a gated model, once for this device.",
    description = {
      "Whoever publishes a model can say that somebody must accept its terms. A device fetches such a",
      "model only then: by pull, by its site's catalog, by an order, or out of a bundle."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model accept gemma-3-1b https://ai.google.dev/gemma/terms",
      "  bantam model pull gemma-3-1b --accept-license      the same for a model of the catalog"
    })
final class ModelAcceptCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(index = "0", paramLabel = "NAME", description = "The model's name.")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "LICENSE",
      description = "Its terms, as the refusal names them: an SPDX identifier or an address.")
  @SuppressWarnings("NullAway.Init")
  private String license;

  private final CliContext context;

  ModelAcceptCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    context.models().acceptTerms(name, license);
    if (json.wanted()) {
      context.printJson(Map.of("model", name, "license", license));
    } else {
      context.print("the terms %s of %s are accepted on this device".formatted(license, name));
    }
    return ExitCode.DONE;
  }
}
