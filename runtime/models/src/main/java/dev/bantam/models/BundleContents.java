package dev.bantam.models;

import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code bundle.json}, a bundle's first entry. A bundle is a zip, uncompressed, in this
 * order:
 *
 * <pre>
 * bundle.json
 * models/NAME/VERSION/release.json     as it lies on the device that it comes from
 * models/NAME/VERSION/installed.json   with the variants that are in the bundle
 * blobs/sha256/DIGEST                  every file that these name, once
 * </pre>
 *
 * @param format version of this document's form
 * @param models at least one
 */
record BundleContents(int format, List<Version> models) {

  static final int FORMAT = 1;

  BundleContents {
    models = List.copyOf(models);
  }

  /** A version of a model. */
  record Version(String name, String version) {

    static Version of(Shelf.Place place) {
      return new Version(place.name(), place.version());
    }

    ModelReference reference() {
      return new ModelReference(name, Optional.of(version), Optional.empty());
    }

    /** The entry of one of its documents. */
    String entry(ModelDocument<?> document) {
      return "models/%s/%s/%s".formatted(name, version, document.fileName());
    }
  }

  /** The entry of a file. */
  static String entry(Blob blob) {
    return "blobs/sha256/" + blob.sha256();
  }
}
