package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelReference;
import java.util.Map;
import java.util.Optional;

/** Further names of versions, which can be moved. Thread-safe, as the repository is. */
public final class ModelAliases {

  private final Parts parts;
  private final Catalog catalog;

  ModelAliases(Parts parts, Catalog catalog) {
    this.parts = parts;
    this.catalog = catalog;
  }

  /** What each alias points at, by alias. */
  public Map<String, ModelReference> all() throws ModelException {
    return parts.aliases().all();
  }

  /**
   * Gives a version a further name, or moves that name to another version, at once for all.
   *
   * @param alias no installed model's name, nor one of the catalog
   * @param target what is installed; without a version the newest of now
   * @return what the alias points at: name and version, and the variant if one was said
   * @throws ModelException USAGE; NOT_INSTALLED; LOCKED
   */
  public ModelReference point(String alias, ModelReference target) throws ModelException {
    Shelf.requireName(alias);
    try (FileLocks.Held lock = parts.locks().acquire(alias, holder -> {});
        FileLocks.Held guard = parts.locks().guard()) {
      requireFree(alias);
      ModelReference real = parts.aliases().follow(target);
      Item newest = parts.finder().matching(real).get(0);
      ModelReference pinned =
          new ModelReference(real.name(), Optional.of(newest.place().version()), real.variant());
      parts.aliases().put(alias, pinned);
      return pinned;
    }
  }

  private void requireFree(String alias) throws ModelException {
    boolean isInstalled =
        parts.shelf().places().stream().anyMatch(place -> place.name().equals(alias));
    if (isInstalled || catalog.find(alias).isPresent()) {
      throw new ModelException(
          Kind.USAGE,
          "%s is a model %s, so it cannot be an alias; choose another name"
              .formatted(alias, isInstalled ? "that is installed" : "of the catalog"));
    }
  }

  /**
   * Takes a further name away; what it pointed at stays.
   *
   * @throws ModelException USAGE, with those that are there, if there is none of the name
   */
  public void remove(String alias) throws ModelException {
    try (FileLocks.Held guard = parts.locks().guard()) {
      Optional<ModelReference> target = parts.aliases().find(alias);
      if (target.isEmpty() || !parts.aliases().remove(alias)) {
        throw new ModelException(
            Kind.USAGE,
            "there is no alias \"%s\"; there %s"
                .formatted(
                    alias,
                    parts.aliases().all().isEmpty()
                        ? "is none"
                        : "are: " + String.join(", ", parts.aliases().all().keySet())));
      }
    }
  }
}
