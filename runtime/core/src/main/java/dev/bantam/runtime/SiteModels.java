package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.runtime.config.SiteConfig;
import java.nio.file.Path;

/** The model repository that a site's configuration describes. */
public final class SiteModels {

  private SiteModels() {}

  /**
   * Opens the repository in the site's folder, or in {@code models} below {@code home}, with the
   * site's catalogs over Bantam's own. Blocking.
   */
  public static ModelRepository open(SiteConfig site, Path home) throws ModelException {
    Catalog catalog = Catalog.builtIn();
    for (Path file : site.modelCatalogs()) {
      catalog = catalog.with(Catalog.read(file));
    }
    return ModelRepository.open(site.modelsFolder().orElse(home.resolve("models")), catalog);
  }
}
