package dev.bantam.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Blob;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code release.json}: what was published. It says the same on every device.
 *
 * @param format version of this document's form
 * @param name the model
 * @param version its version
 * @param description in a few words
 * @param license an SPDX identifier, the address of the terms, or {@code unknown}
 * @param file name of the published file or folder
 * @param size of the published file, in bytes; of all files of a folder
 * @param sha256 of the published file; of a folder that of the list that {@code sha256sum} prints
 * @param files of a model that is a folder of several; empty for one file
 * @param sources where it can be fetched, best first; empty for a file imported by hand
 * @param revision grows with each release of the name, so that an older one is known as such; 0 if
 *     the publisher does not count
 * @param canaries requests with a known outcome
 * @param gated whether somebody must accept the terms before a device fetches it
 * @param prepared of a release of what was imported already; empty where devices import the files
 */
record Release(
    int format,
    String name,
    String version,
    String description,
    String license,
    String file,
    long size,
    String sha256,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<CatalogFile> files,
    List<SourceSpec> sources,
    long revision,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Canary> canaries,
    boolean gated,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Prepared> prepared) {

  static final int FORMAT = 1;

  Release {
    files = List.copyOf(files);
    sources = List.copyOf(sources);
    canaries = List.copyOf(canaries);
  }

  static Release of(CatalogEntry entry) {
    return new Release(
        FORMAT,
        entry.name(),
        entry.version(),
        entry.description(),
        entry.license(),
        entry.file(),
        entry.size(),
        entry.sha256(),
        entry.files(),
        entry.sources(),
        entry.revision(),
        entry.canaries(),
        entry.gated(),
        Optional.empty());
  }

  /** Of a file that somebody brought: no source to fetch it from again, no known licence. */
  static Release ofFile(String name, String file, Blob content) {
    return new Release(
        FORMAT,
        name,
        versionOf(content.sha256()),
        "imported from " + file,
        "unknown",
        file,
        content.size(),
        content.sha256(),
        List.of(),
        List.of(),
        0,
        List.of(),
        false,
        Optional.empty());
  }

  /** The version of what has no other: it follows from the content. */
  static String versionOf(String sha256) {
    return "sha-" + sha256.substring(0, 12);
  }

  Blob content() {
    return new Blob(sha256, size);
  }
}
