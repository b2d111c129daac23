package dev.bantam.models;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * models/NAME/VERSION/release.json.sig the signature over it, if it is signed
 * models/NAME/VERSION/installed.json   with the variants that are in the bundle
 * blobs/sha256/DIGEST                  every file that these name, once
 * </pre>
 *
 * @param format version of this document's form
 * @param models at least one
 */
record BundleContents(int format, List<Version> models) {

  /** The newest form; the first one knows no signatures. */
  static final int FORMAT = 2;

  private static final int UNSIGNED = 1;

  BundleContents {
    models = List.copyOf(models);
  }

  /** In the oldest form that can say it. */
  static BundleContents of(List<Version> models) {
    return new BundleContents(
        models.stream().anyMatch(Version::signed) ? FORMAT : UNSIGNED, models);
  }

  /**
   * A version of a model.
   *
   * @param signed whether the signature over its release is in the bundle
   */
  record Version(
      String name, String version, @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean signed) {

    static Version of(SignedRelease published) {
      return new Version(
          published.release().name(),
          published.release().version(),
          published.signature().isPresent());
    }

    ModelReference reference() {
      return new ModelReference(name, Optional.of(version), Optional.empty());
    }

    /** The entry of one of its documents. */
    String entry(ModelDocument<?> document) {
      return entry(document.fileName());
    }

    /** The entry of its signature. */
    String signatureEntry() {
      return entry(SignedRelease.FILE);
    }

    private String entry(String file) {
      return "models/%s/%s/%s".formatted(name, version, file);
    }
  }

  /** The entry of a file. */
  static String entry(Blob blob) {
    return "blobs/sha256/" + blob.sha256();
  }
}
