package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.PullSettings;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.runtime.config.SiteConfig;
import java.nio.file.Path;

/** The model repository that a site's configuration describes. */
public final class SiteModels {

  private SiteModels() {}

  /**
   * Opens the repository in the site's folder, or in {@code models} below {@code home}, with the
   * site's catalogs over Bantam's own. Blocking.
   *
   * @throws ModelException also UNTRUSTED, if a catalog must be signed and is not
   */
  public static ModelRepository open(SiteConfig site, Path home) throws ModelException {
    PullSettings pulling = site.models().pulling();
    Catalog catalog = Catalog.builtIn();
    for (Path file : site.models().catalogs()) {
      catalog =
          catalog.with(
              pulling.requireSigned()
                  ? Catalog.readSigned(file, pulling.keys())
                  : Catalog.read(file));
    }
    return ModelRepository.open(
        site.models().folder().orElse(home.resolve("models")), catalog, pulling);
  }
}
