package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.DiskSpace;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes installed models of verified files. The model's lock must be held. */
final class Installer {

  /** Raised whenever an import's outcome changes, so that a pull imports again. */
  static final int IMPORTER_VERSION = 4;

  private final Parts parts;
  private final BlobStore blobs;
  private final Shelf shelf;
  private final VariantImporter importer;
  private final Optional<String> promptFormat;
  private final VariantComparison comparison;
  private final Optional<SignedRelease> published;

  Installer(Parts parts, VariantImporter importer) {
    this(parts, importer, Optional.empty(), VariantComparison.NONE, Optional.empty());
  }

  private Installer(
      Parts parts,
      VariantImporter importer,
      Optional<String> promptFormat,
      VariantComparison comparison,
      Optional<SignedRelease> published) {
    this.parts = parts;
    this.blobs = parts.blobs();
    this.shelf = parts.shelf();
    this.importer = importer;
    this.promptFormat = promptFormat;
    this.comparison = comparison;
    this.published = published;
  }

  /** The same, but for what makes variants of files. */
  Installer with(VariantImporter other) {
    return new Installer(parts, other, promptFormat, comparison, published);
  }

  /**
   * The same, but for the prompt format of all variants.
   *
   * @param format empty to leave it as it is
   */
  Installer withPromptFormat(Optional<String> format) {
    return new Installer(parts, importer, format, comparison, published);
  }

  /** The same, but for what compares variants. */
  Installer comparing(VariantComparison other) {
    return new Installer(parts, importer, promptFormat, other, published);
  }

  /** The same, but for the {@code release.json}: it stays byte by byte as it was published. */
  Installer publishing(SignedRelease release) {
    return new Installer(parts, importer, promptFormat, comparison, Optional.of(release));
  }

  /** Whether what is published was imported already. */
  boolean isPrepared() {
    return published.flatMap(each -> each.release().prepared()).isPresent();
  }

  /** The version if it is there, whole by its files' sizes, and as the present importer does it. */
  Optional<Item> current(String name, String version) throws ModelException {
    return shelf.find(name, version).filter(Installer::isUpToDate).filter(this::isWhole);
  }

  /**
   * Whether an import would make no more of it: by the importer, or because nothing is imported.
   */
  static boolean isUpToDate(Item item) {
    return item.installed().importer() == IMPORTER_VERSION || item.release().prepared().isPresent();
  }

  /** As {@link #current}, the version of the name that has that content. */
  Optional<Item> currentOf(String name, Blob content) throws ModelException {
    for (Item item : shelf.readable()) {
      if (item.place().name().equals(name) && item.release().content().equals(content)) {
        Optional<Item> current = current(name, item.place().version());
        if (current.isPresent()) {
          return current;
        }
      }
    }
    return Optional.empty();
  }

  /** Whether all files are there, by their sizes. */
  boolean isWhole(Item item) {
    return item.isWhole(blobs);
  }

  /**
   * Makes a version, in place of what an older importer may have made of it: variants that were
   * added to that one are made again, in their order, and until all are there the old ones stay.
   *
   * @param file its content is known to be the release's
   * @param keepSource whether {@code file} is kept as a blob, too
   * @param wanted the quantizations of all its variants, the preferred first
   */
  Item install(
      BlobStore.Work work,
      Release release,
      Path file,
      boolean keepSource,
      List<Quantization> wanted,
      ImportListener listener)
      throws ModelException {
    parts.aliases().requireNone(release.name());
    List<InstalledVariant> before = variantsBefore(release);
    Optional<String> format = promptFormat.or(() -> formatOf(before));
    List<InstalledVariant> variants = new ArrayList<>();
    for (Quantization each : quantizations(before, wanted)) {
      variants.add(variant(work, release, file, each, format, variants, listener));
    }
    if (keepSource) {
      BlobStore.copy(file, work);
    }
    return written(work, release, installed(release, IMPORTER_VERSION, keepSource, variants));
  }

  private Item written(BlobStore.Work work, Release release, Installed installed)
      throws ModelException {
    if (published.isPresent()) {
      shelf.write(blobs, work, published.get(), installed);
    } else {
      shelf.write(blobs, work, release, installed);
    }
    return shelf.find(release.name(), release.version()).orElseThrow();
  }

  /**
   * Makes a version of what was imported before it was published, see {@link #isPrepared}.
   *
   * @param folder with the release's files, verified
   */
  Item adopt(BlobStore.Work work, Path folder) throws ModelException {
    Release release = published.orElseThrow().release();
    Prepared prepared = release.prepared().orElseThrow();
    parts.aliases().requireNone(release.name());
    DiskSpace.require(parts.root(), release.size(), "the files of " + release.name());
    for (CatalogFile file : release.files()) {
      Blob copied = BlobStore.copy(folder.resolve(file.file()), work);
      if (!copied.sha256().equals(file.sha256())) {
        throw new ModelException(
            Kind.CORRUPT, "%s changed while it was copied; try again".formatted(file.file()));
      }
    }
    return written(
        work, release, installed(release, prepared.importer(), false, prepared.variants()));
  }

  private Installed installed(
      Release release, int importer, boolean keepSource, List<InstalledVariant> variants)
      throws ModelException {
    return new Installed(
        Installed.FORMAT,
        shelf.nextSequence(release.name()),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        importer,
        keepSource,
        variants);
  }

  /** Those of the version that is there, damaged or old as it may be. */
  private List<InstalledVariant> variantsBefore(Release release) throws ModelException {
    return shelf.readable().stream()
        .filter(item -> item.place().name().equals(release.name()))
        .filter(item -> item.place().version().equals(release.version()))
        .flatMap(item -> item.installed().variants().stream())
        .toList();
  }

  private static Set<Quantization> quantizations(
      List<InstalledVariant> before, List<Quantization> wanted) {
    Set<Quantization> all = new LinkedHashSet<>();
    before.forEach(variant -> all.add(Quantization.ofVariant(variant.variant())));
    all.addAll(wanted);
    return all;
  }

  private static Optional<String> formatOf(List<InstalledVariant> variants) {
    return variants.stream().flatMap(variant -> variant.promptFormat().stream()).findFirst();
  }

  private InstalledVariant variant(
      BlobStore.Work work,
      Release release,
      Path file,
      Quantization quantization,
      Optional<String> format,
      List<InstalledVariant> others,
      ImportListener listener)
      throws ModelException {
    DiskSpace.require(parts.root(), release.size(), "the import of " + release.file());
    ImportedVariant imported = importer.importModel(file, quantization, work, listener);
    InstalledVariant made =
        new Comparisons(comparison, importer, blobs)
            .compared(
                release,
                file,
                imported,
                InstalledVariant.of(imported, release.content()),
                others,
                work);
    return format.isPresent() ? PromptFormatChange.of(made, format.get(), blobs, work) : made;
  }

  /**
   * Makes a version that is there the newest of its name, and sees to it that it has a variant of
   * that quantization, and all its variants the prompt format if one is wanted.
   *
   * @param file its content is known to be the release's
   */
  Item renew(
      BlobStore.Work work, Item item, Path file, Quantization quantization, ImportListener listener)
      throws ModelException {
    List<InstalledVariant> variants = new ArrayList<>();
    for (InstalledVariant variant : item.installed().variants()) {
      variants.add(
          promptFormat.isPresent()
              ? PromptFormatChange.of(variant, promptFormat.get(), blobs, work)
              : variant);
    }
    if (variants.stream().noneMatch(variant -> quantization.makes(variant.variant()))) {
      variants.add(further(work, item, file, quantization, List.copyOf(variants), listener));
    }
    long next = shelf.nextSequence(item.place().name());
    boolean isNewest = item.installed().sequence() == next - 1;
    if (isNewest && variants.equals(item.installed().variants())) {
      return item;
    }
    Installed renewed =
        item.installed()
            .withVariants(variants)
            .withSequence(isNewest ? item.installed().sequence() : next);
    shelf.write(blobs, work, item.release(), renewed);
    return new Item(item.place(), item.release(), renewed);
  }

  private InstalledVariant further(
      BlobStore.Work work,
      Item item,
      Path file,
      Quantization quantization,
      List<InstalledVariant> others,
      ImportListener listener)
      throws ModelException {
    return variant(work, item.release(), file, quantization, formatOf(others), others, listener);
  }

  /**
   * Adds a variant to a version, which stays as new or old as it is.
   *
   * @param file its content is known to be the release's
   */
  Item add(
      BlobStore.Work work, Item item, Path file, Quantization quantization, ImportListener listener)
      throws ModelException {
    List<InstalledVariant> variants = new ArrayList<>(item.installed().variants());
    variants.add(further(work, item, file, quantization, List.copyOf(variants), listener));
    Installed larger = item.installed().withVariants(variants);
    shelf.write(blobs, work, item.release(), larger);
    return new Item(item.place(), item.release(), larger);
  }
}
