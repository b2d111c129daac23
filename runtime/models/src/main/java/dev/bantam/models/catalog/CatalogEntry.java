package dev.bantam.models.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.models.Canary;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model that can be pulled: one file, or a folder of several.
 *
 * @param name as users type it
 * @param version of the model; a changed file is a new version
 * @param description in a few words
 * @param license an SPDX identifier, or the address of the terms
 * @param file name of the file; of a folder the model's own
 * @param size of the file in bytes; of a folder that of all its files
 * @param sha256 of the file; of a folder that of the list that {@code sha256sum} prints of its
 *     files
 * @param keepSource whether the file is kept after it was imported
 * @param files of a folder; empty for a model of one file
 * @param variants what to make of floats: {@code fp32}, {@code q8}, {@code q4} and so on, the
 *     preferred first; empty to leave the weights as they are
 * @param sources where to fetch it, best first
 * @param revision grows with each release of the name; 0 if nobody counts
 * @param canaries requests with a known outcome, by which it is tried before it takes traffic
 * @param gated whether somebody must accept the terms before a device fetches it
 * @param memory as it is written, for it is read by plans alone: see {@link #variantsWithMemory}
 */
public record CatalogEntry(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String version,
    @JsonProperty(defaultValue = "") String description,
    @JsonProperty(required = true) String license,
    String file,
    long size,
    String sha256,
    boolean keepSource,
    List<CatalogFile> files,
    List<String> variants,
    @JsonProperty(required = true) List<SourceSpec> sources,
    long revision,
    List<Canary> canaries,
    boolean gated,
    Optional<JsonNode> memory) {

  /** As in {@code release.schema.json}. */
  private static final Pattern LICENSE =
      Pattern.compile("https?://[^\\s\"'<>\\\\^`{|}]+|[A-Za-z0-9][A-Za-z0-9.+:(), /-]*");

  /**
   * @throws IllegalArgumentException if a value is not of its form
   */
  @SuppressWarnings("ConstantValue")
  public CatalogEntry {
    description = description == null ? "" : description;
    file = file == null ? "" : file;
    sha256 = sha256 == null ? "" : sha256;
    files = files == null ? List.of() : List.copyOf(files);
    ModelReference unused = new ModelReference(name, Optional.of(version), Optional.empty());
    if (!LICENSE.matcher(license).matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no license; write an SPDX identifier such as Apache-2.0, or the https address of the terms"
              .formatted(license));
    }
    variants = variants == null ? List.of() : List.copyOf(variants);
    variants.forEach(CatalogEntry::requireKnown);
    if (files.isEmpty()) {
      if (file.isEmpty() || sha256.isEmpty()) {
        throw new IllegalArgumentException(
            "give the model's \"file\", \"size\" and \"sha256\", or \"files\" with these for each");
      }
      new Blob(sha256, size);
    } else {
      if (!file.isEmpty() || size != 0 || !sha256.isEmpty() || keepSource) {
        throw new IllegalArgumentException(
            "with \"files\", leave \"file\", \"size\", \"sha256\" and \"keep_source\" out");
      }
      file = name;
      size = files.stream().mapToLong(CatalogFile::size).sum();
      sha256 = CatalogFile.sha256(files);
    }
    if (size <= 0) {
      throw new IllegalArgumentException("size must be the file's size in bytes, not " + size);
    }
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(
          "sources is empty; give at least one pypi, url, file, hf, oci or classpath");
    }
    sources = List.copyOf(sources);
    canaries = canaries == null ? List.of() : List.copyOf(canaries);
    memory = memory == null ? Optional.empty() : memory.filter(value -> !value.isNull());
  }

  private static void requireKnown(String variant) {
    if (Quantization.named(variant).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no variant \"%s\"; there are %s".formatted(variant, Quantization.names()));
    }
  }

  /** How its variants are made, at least one. */
  public List<Quantization> quantizations() {
    return variants.isEmpty()
        ? List.of(Quantization.NONE)
        : variants.stream().flatMap(variant -> Quantization.named(variant).stream()).toList();
  }

  /** A model of one file. */
  public CatalogEntry(
      String name,
      String version,
      String description,
      String license,
      String file,
      long size,
      String sha256,
      boolean keepSource,
      List<SourceSpec> sources) {
    this(
        name,
        version,
        description,
        license,
        file,
        size,
        sha256,
        keepSource,
        List.of(),
        List.of(),
        sources,
        0,
        List.of(),
        false,
        Optional.empty());
  }

  /** Name and version. */
  public ModelReference reference() {
    return new ModelReference(name, Optional.of(version), Optional.empty());
  }

  /**
   * The variants of which the entry says what they take in memory, in its order; empty if it says
   * nothing of that.
   *
   * @throws IllegalArgumentException if {@code memory} is not of its form
   */
  List<PullableVariant> variantsWithMemory() {
    if (memory.isEmpty()) {
      return List.of();
    }
    MemoryFigures figures = MemoryFigures.parse(memory.get());
    return figures.variants().entrySet().stream()
        .map(
            each ->
                new PullableVariant(
                    ModelReference.of(name, version, each.getKey()),
                    size,
                    figures,
                    each.getValue()))
        .toList();
  }
}
