package dev.bantam.models.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Optional;

/**
 * A model that can be pulled.
 *
 * @param name as users type it
 * @param version of the model; a changed file is a new version
 * @param description in a few words
 * @param license an SPDX identifier
 * @param file name of the file
 * @param size of the file in bytes
 * @param sha256 of the file
 * @param keepSource whether the file is kept after it was imported
 * @param sources where to fetch it, best first
 */
public record CatalogEntry(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String version,
    @JsonProperty(defaultValue = "") String description,
    @JsonProperty(required = true) String license,
    @JsonProperty(required = true) String file,
    @JsonProperty(required = true) long size,
    @JsonProperty(required = true) String sha256,
    boolean keepSource,
    @JsonProperty(required = true) List<SourceSpec> sources) {

  /**
   * @throws IllegalArgumentException if a value is not of its form
   */
  @SuppressWarnings("ConstantValue")
  public CatalogEntry {
    description = description == null ? "" : description;
    new Blob(sha256, size);
    ModelReference unused = new ModelReference(name, Optional.of(version), Optional.empty());
    if (size <= 0) {
      throw new IllegalArgumentException("size must be the file's size in bytes, not " + size);
    }
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("sources is empty; give at least one pypi, url or file");
    }
    sources = List.copyOf(sources);
  }

  /** Name and version. */
  public ModelReference reference() {
    return new ModelReference(name, Optional.of(version), Optional.empty());
  }
}
