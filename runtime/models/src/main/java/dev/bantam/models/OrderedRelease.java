package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.source.Address;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Optional;

/**
 * A {@code release.json} that was fetched, as an entry of a catalog: everything in it has the form
 * that it must have, and its sources are addresses of their own.
 */
final class OrderedRelease {

  private OrderedRelease() {}

  /**
   * @param release what was fetched
   * @param address from where; relative addresses start there
   * @param wanted whose name and version it must have
   * @throws ModelException MALFORMED or UNSUPPORTED if it is no such document; USAGE if it is
   *     another model's, or has not the variant
   */
  static CatalogEntry read(Release release, Address address, ModelReference wanted)
      throws ModelException {
    CatalogEntry entry = entry(release, address);
    if (!entry.name().equals(wanted.name())
        || !wanted.version().map(entry.version()::equals).orElse(true)) {
      throw new ModelException(
          Kind.USAGE,
          "%s is the release of %s; wanted is %s".formatted(address, entry.reference(), wanted));
    }
    Shelf.requireName(entry.name());
    if (release.prepared().isPresent()) {
      Prepared.requireNotNewer(entry.reference(), release.prepared().get().importer());
      requireVariant(release.prepared().get(), entry, wanted);
    }
    return entry;
  }

  /** Of what was imported already no further variant can be made. */
  private static void requireVariant(Prepared prepared, CatalogEntry entry, ModelReference wanted)
      throws ModelException {
    List<String> variants = prepared.variants().stream().map(InstalledVariant::variant).toList();
    if (wanted.variant().isPresent() && !variants.contains(wanted.variant().get())) {
      throw new ModelException(
          Kind.USAGE,
          "%s was published without the variant %s; it has: %s"
              .formatted(entry.reference(), wanted.variant().get(), String.join(", ", variants)));
    }
  }

  private static CatalogEntry entry(Release release, Address address) throws ModelException {
    try {
      return checked(release, address);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new ModelException(
          Kind.MALFORMED,
          "%s is no release.json: %s"
              .formatted(address, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private static CatalogEntry checked(Release release, Address address) {
    if (!CatalogFile.isName(release.file())) {
      throw new IllegalArgumentException(
          "\"%s\" is no name of a file within a model's folder".formatted(release.file()));
    }
    if (release.revision() < 0) {
      throw new IllegalArgumentException("its revision is less than 0");
    }
    release.prepared().ifPresent(prepared -> prepared.requireFilesOf(release));
    List<SourceSpec> sources =
        release.sources().stream().map(source -> absolute(source, address)).toList();
    boolean isFolder = !release.files().isEmpty();
    return new CatalogEntry(
        release.name(),
        release.version(),
        release.description(),
        release.license(),
        isFolder ? "" : release.file(),
        isFolder ? 0 : release.size(),
        isFolder ? "" : release.sha256(),
        false,
        release.files(),
        List.of(),
        sources,
        release.revision(),
        release.canaries(),
        release.gated(),
        Optional.empty());
  }

  /** An address without a scheme starts where the release lies. */
  private static SourceSpec absolute(SourceSpec source, Address release) {
    if (!(source instanceof SourceSpec.Url url)
        || url.url().matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*")) {
      return source;
    }
    return release.beside(url.url().equals(".") ? "" : url.url());
  }
}
