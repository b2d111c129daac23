package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelOrder;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.PullListener;
import dev.bantam.models.PullSettings;
import dev.bantam.models.source.Address;
import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where a model is pulled from, and by whose rules. */
final class PullOrigin {

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      description =
          "Where its release.json lies: https://…/release.json, file:/…/release.json,"
              + " hf:OWNER/NAME/release.json or oci://HOST/REPOSITORY:TAG (default: the catalog).")
  private Optional<String> source = Optional.empty();

  @Option(
      names = "--sha256",
      paramLabel = "DIGEST",
      description = "Of that release.json, as its publisher gives it; goes with --source.")
  private Optional<String> sha256 = Optional.empty();

  @Option(
      names = "--signature",
      paramLabel = "KEY_ID:BASE64",
      description = "Over that release.json (default: what lies in release.json.sig, if it must).")
  private Optional<String> signature = Optional.empty();

  @Mixin private SiteOption site = new SiteOption();

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "PEM file of an authority of your own; with --config, its key ca_file.")
  private Optional<Path> caFile = Optional.empty();

  /** The repository that the options name. */
  ModelRepository repository(CliContext context) throws ModelException, CliException {
    Optional<SiteConfig> configured = site.read();
    if (configured.isPresent()) {
      return SiteOption.repository(configured.get(), context);
    }
    return context.models(
        new PullSettings(
            typed(), TrustedKeys.NONE, false, Optional.of(true), NetworkSettings.trusting(caFile)));
  }

  /** What somebody types is allowed by that, with all that lies beside it. */
  private AllowedSources typed() throws CliException {
    if (source.isEmpty()) {
      return AllowedSources.NONE;
    }
    try {
      return AllowedSources.of(List.of(Address.parse(source.get()).folder().toString()));
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  InstalledModel pull(
      ModelRepository models, String name, List<String> variants, PullListener listener)
      throws ModelException, CliException {
    if (source.isEmpty() && sha256.isEmpty() && signature.isEmpty()) {
      return models.pullWhole(name, variants, listener);
    }
    try {
      ModelOrder order =
          new ModelOrder(ModelReference.parse(name), source, sha256, signature, false);
      return models.obtain(order, variants, listener);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
