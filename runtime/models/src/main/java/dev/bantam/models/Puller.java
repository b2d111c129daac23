package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.source.FolderDownload;
import dev.bantam.models.source.Transfer;
import dev.bantam.models.source.Wanted;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings models of the catalog onto this device. */
final class Puller {

  private static final Logger LOG = LoggerFactory.getLogger(Puller.class);

  /** After these, a file that arrived whole is deleted: it is no good, or takes the last room. */
  private static final Set<Kind> CLEARED =
      EnumSet.of(Kind.MALFORMED, Kind.UNSUPPORTED, Kind.DISK_FULL);

  private final Parts parts;
  private final Catalog catalog;
  private final Downloader downloader;
  private final Finder finder;
  private final Installer installer;
  private final boolean readsFiles;

  Puller(Parts parts, Catalog catalog, Downloader downloader, Installer installer) {
    this(parts, catalog, downloader, installer, false);
  }

  private Puller(
      Parts parts,
      Catalog catalog,
      Downloader downloader,
      Installer installer,
      boolean readsFiles) {
    this.parts = parts;
    this.catalog = catalog;
    this.downloader = downloader;
    this.finder = parts.finder();
    this.installer = installer;
    this.readsFiles = readsFiles;
  }

  /** The same, for models of others. */
  Puller with(Catalog others, Downloader from, Installer other) {
    return new Puller(parts, others, from, other, readsFiles);
  }

  /** The same, but it reads every byte of what is there, and makes damaged files anew. */
  Puller readingFiles() {
    return new Puller(parts, catalog, downloader, installer, true);
  }

  /** See {@link ModelRepository#pull}. */
  Item pull(String name, List<String> variants, PullListener listener) throws ModelException {
    ModelReference reference = parts.aliases().follow(parse(name));
    ModelReference version = reference.withoutVariant();
    Optional<CatalogEntry> found =
        catalog.find(reference.name()).filter(entry -> version.matches(entry.reference()));
    if (found.isEmpty()) {
      Optional<Item> installed = finder.newest(reference);
      return installed.isPresent() ? installed.get() : cannotPull(reference);
    }
    CatalogEntry entry = found.get();
    Optional<Item> current = current(entry);
    if (current.isPresent() && finder.has(current.get(), reference)) {
      return current.get();
    }
    try (FileLocks.Held lock =
        parts
            .locks()
            .acquire(entry.name(), holder -> listener.event(new PullEvent.Waiting(holder)))) {
      Optional<Item> meanwhile = current(entry);
      return meanwhile.isPresent() && finder.has(meanwhile.get(), reference)
          ? meanwhile.get()
          : fetchAndInstall(entry, reference, variants, meanwhile, listener);
    } catch (ModelException e) {
      return olderImport(entry, reference, e);
    } finally {
      parts.sweeper().sweep();
    }
  }

  /** The entry's version, if it is there as it should be. */
  private Optional<Item> current(CatalogEntry entry) throws ModelException {
    Optional<Item> item = installer.current(entry.name(), entry.version());
    if (readsFiles && item.isPresent() && !Verifier.isUndamaged(item.get(), parts.blobs())) {
      LOG.warn("model {} is damaged; its files are made anew", entry.reference());
      return Optional.empty();
    }
    return item;
  }

  /** After an update without a network, what an older importer has made will do. */
  private Item olderImport(CatalogEntry entry, ModelReference reference, ModelException failure)
      throws ModelException {
    Item item = parts.shelf().find(entry.name(), entry.version()).orElseThrow(() -> failure);
    if (failure.kind() != Kind.UNREACHABLE
        || !installer.isWhole(item)
        || !finder.has(item, reference)) {
      throw failure;
    }
    LOG.warn(
        "model {} was imported by an older Bantam and cannot be fetched again now: {}",
        entry.reference(),
        failure.getMessage());
    return item;
  }

  /**
   * @param there the version without the variant; empty if all of it is to be made
   */
  private Item fetchAndInstall(
      CatalogEntry entry,
      ModelReference reference,
      List<String> variants,
      Optional<Item> there,
      PullListener listener)
      throws ModelException {
    if (there.isPresent()) {
      requireFurtherVariant(there.get(), reference);
    }
    parts.sweeper().sweep();
    listener.event(new PullEvent.License(entry.reference().toString(), entry.license()));
    parts.terms().require(Release.of(entry));
    try (BlobStore.Work work = parts.blobs().begin()) {
      Transfer transfer =
          new Transfer(work.folder(), downloads(parts.root(), entry.name()), listener);
      Path file = fetch(entry, transfer);
      Item item =
          installer.isPrepared()
              ? installer.adopt(work, file)
              : install(
                  work,
                  entry,
                  file,
                  quantizations(entry, reference, file, variants),
                  there,
                  listener);
      Downloader.clear(transfer.partials());
      requireVariant(item, reference);
      return item;
    }
  }

  /** What is as the file has it can be made once only, and is made already. */
  private void requireFurtherVariant(Item item, ModelReference reference) throws ModelException {
    Quantization wanted = Quantization.ofVariant(reference.variant().orElse(""));
    if (item.installed().variants().stream().anyMatch(v -> wanted.makes(v.variant()))) {
      requireVariant(item, reference);
    }
  }

  private void requireVariant(Item item, ModelReference reference) throws ModelException {
    if (!finder.has(item, reference)) {
      throw new ModelException(
          Kind.USAGE,
          "no variant %s can be made of %s; it has %s, and there are: %s"
              .formatted(
                  reference.variant().orElse(""),
                  item.place().reference(),
                  String.join(
                      ", ",
                      item.installed().variants().stream().map(InstalledVariant::variant).toList()),
                  String.join(", ", Quantization.names())));
    }
  }

  private Path fetch(CatalogEntry entry, Transfer transfer) throws ModelException {
    if (!entry.files().isEmpty()) {
      return new FolderDownload(downloader).fetch(entry, transfer);
    }
    Path kept = parts.blobs().path(entry.sha256());
    if (entry.keepSource() && Files.exists(kept) && isWhole(kept, entry)) {
      return kept;
    }
    Wanted wanted = new Wanted(entry.file(), entry.size(), entry.sha256());
    return downloader.fetch(entry.name(), wanted, entry.sources(), transfer);
  }

  private static boolean isWhole(Path kept, CatalogEntry entry) throws ModelException {
    return Sha256.of(kept, done -> {}).equals(entry.sha256());
  }

  private Item install(
      BlobStore.Work work,
      CatalogEntry entry,
      Path file,
      List<Quantization> wanted,
      Optional<Item> there,
      PullListener listener)
      throws ModelException {
    ImportListener steps =
        (step, done, total) -> listener.event(new PullEvent.Importing(step, done, total));
    try {
      return there.isPresent()
          ? installer.add(work, there.get(), file, wanted.get(0), steps)
          : installer.install(work, Release.of(entry), file, entry.keepSource(), wanted, steps);
    } catch (ModelException e) {
      // What failed for want of time can be tried again without another download.
      if (CLEARED.contains(e.kind())) {
        Downloader.clear(downloads(parts.root(), entry.name()));
      }
      throw e;
    }
  }

  /** The one that is asked for; else those that the catalog names, or that the device prefers. */
  private static List<Quantization> quantizations(
      CatalogEntry entry, ModelReference reference, Path file, List<String> preferred)
      throws ModelException {
    if (reference.variant().isPresent()) {
      return List.of(Quantization.ofVariant(reference.variant().get()));
    }
    return entry.variants().isEmpty() && !preferred.isEmpty()
        ? List.of(ModelImporter.usual(file, preferred))
        : entry.quantizations();
  }

  /** Where unfinished downloads lie, in a folder for each model. */
  static Path downloads(Path root) {
    return root.resolve(".downloads");
  }

  /** Where unfinished downloads of a model lie. */
  static Path downloads(Path root, String name) {
    return downloads(root).resolve(name);
  }

  private static ModelReference parse(String name) throws ModelException {
    try {
      return ModelReference.parse(name);
    } catch (IllegalArgumentException e) {
      throw new ModelException(Kind.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private Item cannotPull(ModelReference reference) throws ModelException {
    Optional<Item> other = finder.newest(reference.withoutVariant());
    if (other.isPresent()) {
      throw new ModelException(
          Kind.NOT_INSTALLED,
          "%s is installed without the variant %s, and is not in the catalog, so its file cannot be fetched; import that again: bantam model import FILE --name %s --quantize TARGET"
              .formatted(
                  other.get().place().reference(),
                  reference.variant().orElse(""),
                  reference.name()));
    }
    throw new ModelException(
        Kind.NOT_IN_CATALOG,
        "the catalog has no model \"%s\"; it has: %s. To use a file of your own, type: bantam model import FILE --name %s"
            .formatted(
                reference,
                String.join(
                    ", ",
                    catalog.entries().stream().map(entry -> entry.reference().toString()).toList()),
                reference.name()));
  }
}
