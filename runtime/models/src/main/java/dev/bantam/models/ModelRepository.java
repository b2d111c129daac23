package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.source.Transfer;
import dev.bantam.models.source.Wanted;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of one device, below one folder (by default {@code BANTAM_HOME/models}):
 *
 * <pre>
 * NAME/VERSION/release.json    what was published
 * NAME/VERSION/installed.json  what this device made of it
 * blobs/sha256/DIGEST          the files themselves
 * .downloads/NAME/             unfinished downloads, taken up again by the next pull
 * .staging/, .locks/           work in progress
 * </pre>
 *
 * <p>Any number of processes and threads may share the folder. Changes to one model exclude each
 * other by a lock on its name; readers take no lock. A process may be killed at any moment: a model
 * is there, whole, or not at all.
 */
public final class ModelRepository {

  private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);
  private static final Duration LOCK_LIMIT = Duration.ofMinutes(2);

  private final Path root;
  private final Catalog catalog;
  private final Duration lockLimit;
  private final Downloader downloader;
  private final BlobStore blobs;
  private final Shelf shelf;
  private final Finder finder;
  private final Installer installer;

  ModelRepository(
      Path folder,
      Catalog catalog,
      VariantImporter importer,
      Downloader downloader,
      Duration lockLimit)
      throws ModelException {
    this.root = folder.toAbsolutePath().normalize();
    this.catalog = catalog;
    this.downloader = downloader;
    this.lockLimit = lockLimit;
    this.blobs = BlobStore.open(root);
    this.shelf = new Shelf(root);
    this.finder = new Finder(shelf, blobs);
    this.installer = new Installer(root, blobs, shelf, importer);
  }

  /**
   * The repository below {@code modelsFolder}, which is created if absent, with Bantam's catalog.
   */
  public static ModelRepository open(Path modelsFolder) throws ModelException {
    return open(modelsFolder, Catalog.builtIn());
  }

  /**
   * As {@link #open(Path)}, with another catalog, e.g. {@code
   * Catalog.builtIn().with(Catalog.read(file))}.
   */
  public static ModelRepository open(Path modelsFolder, Catalog catalog) throws ModelException {
    return new ModelRepository(
        modelsFolder, catalog, ModelImporter::importModel, new Downloader(), LOCK_LIMIT);
  }

  /** The models that can be pulled. */
  public Catalog catalog() {
    return catalog;
  }

  /** All installed versions, by name, the newest first. One that cannot be read is left out. */
  public List<InstalledModel> list() throws ModelException {
    return finder.all().stream().map(Finder::present).toList();
  }

  /**
   * Finds the files of one variant: of the newest version that has it, where the version is open.
   *
   * @return absolute paths; sizes are checked, contents are not (see {@link #verify})
   * @throws ModelException NOT_INSTALLED, with what is installed; CORRUPT if a file is missing or
   *     has the wrong size
   */
  public ModelFiles resolve(ModelReference reference) throws ModelException {
    return finder.resolve(reference);
  }

  /**
   * Imports a file that is on this machine. Importing the same file again under the same name
   * changes nothing but makes it the newest version. The file itself is not kept.
   *
   * @throws ModelException USAGE if there is no such file or the name is wrong; MALFORMED or
   *     UNSUPPORTED if it is no model that Bantam can read; DISK_FULL; LOCKED; INTERRUPTED
   */
  public InstalledModel importFile(Path file, String name, ImportListener listener)
      throws ModelException {
    Shelf.requireName(name);
    requireFile(file);
    try (FileLocks.Held lock = lock(name, holder -> {})) {
      sweep();
      Blob content = digest(file, listener);
      Release release = Release.ofFile(name, file.getFileName().toString(), content);
      try (BlobStore.Work work = blobs.begin()) {
        Optional<Item> current = installer.current(name, release.version());
        return Finder.present(
            current.isPresent()
                ? installer.renew(work, current.get())
                : installer.install(work, release, file, false, listener));
      }
    } finally {
      sweep();
    }
  }

  private static void requireFile(Path file) throws ModelException {
    String problem = "";
    if (!Files.exists(file)) {
      problem = "there is no file %s; give the path of a .gguf file".formatted(file);
    } else if (!Files.isRegularFile(file)) {
      problem = "%s is no file; give the path of a .gguf file".formatted(file);
    } else if (!Files.isReadable(file)) {
      problem = "no permission to read %s".formatted(file);
    }
    if (!problem.isEmpty()) {
      throw new ModelException(Kind.USAGE, problem);
    }
  }

  private static Blob digest(Path file, ImportListener listener) throws ModelException {
    long size = file.toFile().length();
    String step = "sha256 of " + file.getFileName();
    return new Blob(Sha256.of(file, done -> listener.progress(step, done, size)), size);
  }

  /**
   * Installs a model of the catalog: fetches it from the first source that has it, checks its
   * sha256, imports it. Returns at once, without a network, if it is installed.
   *
   * @param name of a catalog entry, with or without its version
   * @throws ModelException NOT_IN_CATALOG, with what is there; UNREACHABLE or CORRUPT, with what
   *     was tried; and those of {@link #importFile}
   */
  public InstalledModel pull(String name, PullListener listener) throws ModelException {
    ModelReference reference = parse(name);
    Optional<CatalogEntry> found =
        catalog.find(reference.name()).filter(entry -> reference.matches(entry.reference()));
    if (found.isEmpty()) {
      return Finder.present(finder.newest(reference).orElseThrow(() -> notInCatalog(name)));
    }
    CatalogEntry entry = found.get();
    Optional<Item> current = installer.current(entry.name(), entry.version());
    if (current.isPresent()) {
      return Finder.present(current.get());
    }
    try (FileLocks.Held lock =
        lock(entry.name(), holder -> listener.event(new PullEvent.Waiting(holder)))) {
      Optional<Item> meanwhile = installer.current(entry.name(), entry.version());
      return Finder.present(
          meanwhile.isPresent() ? meanwhile.get() : fetchAndInstall(entry, listener));
    } catch (ModelException e) {
      return Finder.present(olderImport(entry, e));
    } finally {
      sweep();
    }
  }

  /** After an update without a network, what an older importer has made will do. */
  private Item olderImport(CatalogEntry entry, ModelException failure) throws ModelException {
    Item item = shelf.find(entry.name(), entry.version()).orElseThrow(() -> failure);
    if (failure.kind() != Kind.UNREACHABLE || !installer.isWhole(item)) {
      throw failure;
    }
    LOG.warn(
        "model {} was imported by an older Bantam and cannot be fetched again now: {}",
        entry.reference(),
        failure.getMessage());
    return item;
  }

  private Item fetchAndInstall(CatalogEntry entry, PullListener listener) throws ModelException {
    sweep();
    listener.event(new PullEvent.License(entry.reference().toString(), entry.license()));
    Wanted wanted = new Wanted(entry.file(), entry.size(), entry.sha256());
    try (BlobStore.Work work = blobs.begin()) {
      Transfer transfer = new Transfer(work.folder(), downloads(entry.name()), listener);
      Path file = downloader.fetch(entry.name(), wanted, entry.sources(), transfer);
      Item item = install(work, entry, file, listener);
      Downloader.clear(transfer.partials());
      return item;
    }
  }

  private Item install(BlobStore.Work work, CatalogEntry entry, Path file, PullListener listener)
      throws ModelException {
    try {
      return installer.install(
          work,
          Release.of(entry),
          file,
          entry.keepSource(),
          (step, done, total) -> listener.event(new PullEvent.Importing(step, done, total)));
    } catch (ModelException e) {
      // What failed for want of time or space can be tried again without another download.
      if (e.kind() == Kind.MALFORMED || e.kind() == Kind.UNSUPPORTED) {
        Downloader.clear(downloads(entry.name()));
      }
      throw e;
    }
  }

  private Path downloads(String name) {
    return root.resolve(".downloads").resolve(name);
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

  /**
   * Reads every file of all variants that match, and compares its sha256.
   *
   * @throws ModelException NOT_INSTALLED; INTERRUPTED
   */
  public VerifyReport verify(ModelReference reference) throws ModelException {
    return Verifier.verify(reference, finder.matching(reference), blobs);
  }

  /**
   * Removes all versions and variants that match, an unfinished download of the model, and the
   * files that no other model needs.
   *
   * @throws ModelException NOT_INSTALLED; LOCKED
   */
  public void remove(ModelReference reference) throws ModelException {
    Shelf.requireName(reference.name());
    try (FileLocks.Held lock = lock(reference.name(), holder -> {})) {
      boolean removed = reference.version().isEmpty() && removeDownload(reference.name());
      for (Place place : shelf.places()) {
        removed |= matches(reference, place) && removeFrom(place, reference);
      }
      if (!removed) {
        throw finder.notInstalled(reference);
      }
    } finally {
      sweep();
    }
  }

  private boolean removeDownload(String name) throws ModelException {
    boolean present = Files.isDirectory(downloads(name));
    Downloader.clear(downloads(name));
    return present;
  }

  private static boolean matches(ModelReference reference, Place place) {
    return place.name().equals(reference.name())
        && (reference.version().isEmpty() || reference.version().get().equals(place.version()));
  }

  /** Whether there was something to remove. Documents are read only if a variant is named. */
  private boolean removeFrom(Place place, ModelReference reference) throws ModelException {
    if (reference.variant().isEmpty()) {
      shelf.remove(place);
      return true;
    }
    Item item = shelf.read(place);
    List<InstalledVariant> all = item.installed().variants();
    List<InstalledVariant> left =
        all.stream().filter(v -> !v.variant().equals(reference.variant().get())).toList();
    if (left.isEmpty()) {
      shelf.remove(place);
    } else if (left.size() < all.size()) {
      try (BlobStore.Work work = blobs.begin()) {
        shelf.write(blobs, work, item.release(), item.installed().withVariants(left));
      }
    }
    return left.size() < all.size();
  }

  /** Where importers put files. What no installed model names goes with the next change. */
  public BlobSink blobs() {
    return blobs;
  }

  /** Where a blob lies. */
  public Path blobPath(Blob blob) {
    return blobs.path(blob.sha256());
  }

  private FileLocks.Held lock(String name, Consumer<String> onWait) throws ModelException {
    return FileLocks.acquire(
        root.resolve(".locks").resolve(name + ".lock"),
        lockLimit,
        "model \"%s\"".formatted(name),
        onWait);
  }

  /** Frees space; a failure to do so must not fail what it accompanies. */
  private void sweep() {
    try {
      blobs.sweep(installer::digestsInUse);
    } catch (ModelException e) {
      if (e.kind() != Kind.INTERRUPTED) {
        LOG.warn("unused files stay for now: {}", e.getMessage());
      }
    }
  }
}
