package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.source.FolderDownload;
import dev.bantam.models.source.Transfer;
import dev.bantam.models.source.Wanted;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings models of the catalog onto this device. */
final class Puller {

  private static final Logger LOG = LoggerFactory.getLogger(Puller.class);

  private final Parts parts;
  private final Catalog catalog;
  private final Downloader downloader;
  private final Finder finder;
  private final Installer installer;

  Puller(Parts parts, Catalog catalog, Downloader downloader, Installer installer) {
    this.parts = parts;
    this.catalog = catalog;
    this.downloader = downloader;
    this.finder = parts.finder();
    this.installer = installer;
  }

  /** The same, for models of others. */
  Puller with(Catalog others, Downloader from, Installer other) {
    return new Puller(parts, others, from, other);
  }

  /** See {@link ModelRepository#pull}. */
  Item pull(String name, List<String> variants, PullListener listener) throws ModelException {
    ModelReference reference = parts.aliases().follow(parse(name));
    Optional<CatalogEntry> found =
        catalog.find(reference.name()).filter(entry -> reference.matches(entry.reference()));
    if (found.isEmpty()) {
      return finder.newest(reference).orElseThrow(() -> notInCatalog(name));
    }
    CatalogEntry entry = found.get();
    Optional<Item> current = installer.current(entry.name(), entry.version());
    if (current.isPresent()) {
      return current.get();
    }
    try (FileLocks.Held lock =
        parts
            .locks()
            .acquire(entry.name(), holder -> listener.event(new PullEvent.Waiting(holder)))) {
      Optional<Item> meanwhile = installer.current(entry.name(), entry.version());
      return meanwhile.isPresent() ? meanwhile.get() : fetchAndInstall(entry, variants, listener);
    } catch (ModelException e) {
      return olderImport(entry, e);
    } finally {
      parts.sweeper().sweep();
    }
  }

  /** After an update without a network, what an older importer has made will do. */
  private Item olderImport(CatalogEntry entry, ModelException failure) throws ModelException {
    Item item = parts.shelf().find(entry.name(), entry.version()).orElseThrow(() -> failure);
    if (failure.kind() != Kind.UNREACHABLE || !installer.isWhole(item)) {
      throw failure;
    }
    LOG.warn(
        "model {} was imported by an older Bantam and cannot be fetched again now: {}",
        entry.reference(),
        failure.getMessage());
    return item;
  }

  private Item fetchAndInstall(CatalogEntry entry, List<String> variants, PullListener listener)
      throws ModelException {
    parts.sweeper().sweep();
    listener.event(new PullEvent.License(entry.reference().toString(), entry.license()));
    parts.terms().require(Release.of(entry));
    try (BlobStore.Work work = parts.blobs().begin()) {
      Transfer transfer =
          new Transfer(work.folder(), downloads(parts.root(), entry.name()), listener);
      Path file = fetch(entry, transfer);
      Item item = install(work, entry, file, variants, listener);
      Downloader.clear(transfer.partials());
      return item;
    }
  }

  private Path fetch(CatalogEntry entry, Transfer transfer) throws ModelException {
    if (!entry.files().isEmpty()) {
      return new FolderDownload(downloader).fetch(entry, transfer);
    }
    Wanted wanted = new Wanted(entry.file(), entry.size(), entry.sha256());
    return downloader.fetch(entry.name(), wanted, entry.sources(), transfer);
  }

  private Item install(
      BlobStore.Work work,
      CatalogEntry entry,
      Path file,
      List<String> variants,
      PullListener listener)
      throws ModelException {
    try {
      return installer.install(
          work,
          Release.of(entry),
          file,
          entry.keepSource(),
          quantizations(entry, file, variants),
          (step, done, total) -> listener.event(new PullEvent.Importing(step, done, total)));
    } catch (ModelException e) {
      // What failed for want of time or space can be tried again without another download.
      if (e.kind() == Kind.MALFORMED || e.kind() == Kind.UNSUPPORTED) {
        Downloader.clear(downloads(parts.root(), entry.name()));
      }
      throw e;
    }
  }

  /** Those that the catalog names; else the one that the device prefers. */
  private static List<Quantization> quantizations(
      CatalogEntry entry, Path file, List<String> preferred) throws ModelException {
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

  private ModelException notInCatalog(String name) {
    return new ModelException(
        Kind.NOT_IN_CATALOG,
        "the catalog has no model \"%s\"; it has: %s. To use a file of your own, type: bantam model import FILE --name %s"
            .formatted(
                name,
                String.join(
                    ", ",
                    catalog.entries().stream().map(entry -> entry.reference().toString()).toList()),
                name.split("[:@]", 2)[0]));
  }
}
