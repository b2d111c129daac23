package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.VariantChoice;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.profile.ProfileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam model pull}. */
@Command(
    name = "pull",
    header = "Fetches a model of the catalog or of a publisher, checks its sha256, imports it.",
    description =
        "Needs no network where the model is installed already, in the variant that is named, or in"
            + " whichever: every byte of it is read then, and what is damaged is made anew. A variant that is named and missing is made: q8, q4 and so"
            + " on.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model pull smollm2-135m-instruct",
      "  bantam model pull smollm2-135m-instruct@q8",
      "  bantam model pull smollm2-135m-instruct --profile raspberry-pi-4",
      "  bantam model pull my-model:2 --source https://models.example/my-model/2/release.json --sha256 DIGEST",
      "  bantam model list                       what can be pulled"
    })
final class ModelPullCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      paramLabel = "NAME",
      description = "A model of the catalog: NAME[:VERSION][@VARIANT].")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Mixin private PullOrigin origin = new PullOrigin();

  @Mixin private TargetProfile target = new TargetProfile();

  @Option(
      names = "--accept-license",
      description = "Accept the terms of a gated model, which is remembered on this device.")
  private boolean acceptLicense;

  private final CliContext context;

  ModelPullCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException, ProfileException {
    List<String> variants = target.variants(name.split("[:@]", 2)[0]);
    ModelRepository models = origin.repository(context);
    if (acceptLicense) {
      accept(models);
    }
    InstalledModel model =
        origin.pull(models, name, variants, new PullProgress(context.terminal()));
    context.terminal().endProgress();
    if (json.wanted()) {
      context.printJson(Descriptions.fields(model));
    } else {
      context.print("%s is installed (licence: %s)".formatted(model.reference(), model.license()));
      if (model.variants().size() > 1) {
        model.variants().forEach(variant -> context.print(line(model, variant)));
      }
      String taken = models.resolve(model.reference(), variants).reference().variant().orElse("");
      if (variants.contains(taken)) {
        VariantChoice.reason(taken, variants).ifPresent(context::print);
      }
    }
    return 0;
  }

  private void accept(ModelRepository models) throws ModelException {
    Optional<CatalogEntry> gated =
        models.catalog().find(name.split("[:@]", 2)[0]).filter(CatalogEntry::gated);
    if (gated.isPresent()) {
      models.acceptTerms(gated.get().name(), gated.get().license());
    }
  }

  private static String line(InstalledModel model, InstalledVariant variant) {
    return "%-44s %10s  %s"
        .formatted(
            model.reference(variant),
            Descriptions.megabytes(variant.size()),
            variant.error().map(Descriptions::error).orElse("as published"))
        .strip();
  }
}
