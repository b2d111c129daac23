package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Of a release of what was imported already: the variants that its files are of. A device takes
 * them as they are, and a signature over {@code release.json} covers them.
 *
 * @param importer version of the importer that made the variants
 * @param variants at least one; their blobs are the release's files
 */
record Prepared(int importer, List<InstalledVariant> variants) {

  private static final String FOLDER = "blobs/";

  Prepared {
    variants = List.copyOf(variants);
  }

  /** The files of variants as a release lists them, each once, by their names below its folder. */
  static List<CatalogFile> files(List<InstalledVariant> variants) {
    Map<String, Blob> blobs = new TreeMap<>();
    variants.forEach(
        variant -> variant.files().values().forEach(blob -> blobs.put(blob.sha256(), blob)));
    List<CatalogFile> files = new ArrayList<>();
    blobs.values().forEach(blob -> files.add(file(blob)));
    return files;
  }

  private static CatalogFile file(Blob blob) {
    return new CatalogFile(name(blob), blob.size(), blob.sha256(), Optional.empty());
  }

  /** Where a file of a variant lies below the release's folder. */
  static String name(Blob blob) {
    return FOLDER + blob.sha256();
  }

  /**
   * @param release whose files these must be
   * @throws IllegalArgumentException if a variant comes twice, or has a file that is none of them
   */
  void requireFilesOf(Release release) {
    Set<String> names = new HashSet<>();
    for (InstalledVariant variant : variants) {
      if (!names.add(variant.variant())) {
        throw new IllegalArgumentException(
            "it has the variant %s twice".formatted(variant.variant()));
      }
      for (Blob blob : variant.files().values()) {
        if (!release.files().contains(file(blob))) {
          throw new IllegalArgumentException(
              "its files lack %s of the variant %s".formatted(name(blob), variant.variant()));
        }
      }
    }
  }

  /**
   * @throws ModelException UNSUPPORTED if a newer importer has made what this Bantam may not run
   */
  static void requireNotNewer(ModelReference model, int importer) throws ModelException {
    if (importer > Installer.IMPORTER_VERSION) {
      throw new ModelException(
          Kind.UNSUPPORTED,
          "%s was imported by a newer Bantam (importer %d, this one has %d), which may have made what this one cannot run; update Bantam here, then try again"
              .formatted(model, importer, Installer.IMPORTER_VERSION));
    }
  }
}
