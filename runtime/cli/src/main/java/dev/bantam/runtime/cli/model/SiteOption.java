package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.PullSettings;
import dev.bantam.runtime.SiteModels;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that names a site's configuration, with its models folder and rules. */
public final class SiteOption {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The site's configuration: its models folder, catalogs, places and keys.")
  private Optional<Path> config = Optional.empty();

  /** As it was typed, with a space in front; empty if it was not. */
  public String typed() {
    return config.map(file -> " --config " + file).orElse("");
  }

  /**
   * Reads it; empty if none is named.
   *
   * @throws CliException with all that is wrong with it
   */
  public Optional<SiteConfig> read() throws CliException {
    if (config.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SiteConfigReader()
            .read(config.get())
            .orElseThrow(
                report ->
                    new CliException(
                        ExitCode.REFUSED, "the configuration cannot be used:\n" + report)));
  }

  /**
   * The site's models; where no site is named, those of {@code BANTAM_HOME}, and whoever types
   * allows what is older by that.
   */
  public ModelRepository repository(CliContext context) throws ModelException, CliException {
    Optional<SiteConfig> configured = read();
    return configured.isPresent()
        ? repository(configured.get(), context)
        : context.models(PullSettings.TYPED);
  }

  /** The site's models. */
  static ModelRepository repository(SiteConfig site, CliContext context) throws ModelException {
    return SiteModels.open(site, site.home().orElse(context.home()))
        .comparing(new VariantCosines());
  }
}
