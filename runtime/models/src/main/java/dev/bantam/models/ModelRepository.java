package dev.bantam.models;

import dev.bantam.format.PromptFormats;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.lora.AdaptedSource;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

  private static final Duration LOCK_LIMIT = Duration.ofMinutes(2);

  private final Catalog catalog;
  private final BlobStore blobs;
  private final Shelf shelf;
  private final Finder finder;
  private final Installer installer;
  private final NameLocks locks;
  private final Puller puller;

  ModelRepository(
      Path folder,
      Catalog catalog,
      VariantImporter importer,
      Downloader downloader,
      Duration lockLimit)
      throws ModelException {
    Path root = folder.toAbsolutePath().normalize();
    this.catalog = catalog;
    this.blobs = BlobStore.open(root);
    this.shelf = new Shelf(root);
    this.finder = new Finder(shelf, blobs);
    this.installer = new Installer(root, blobs, shelf, importer);
    this.locks = new NameLocks(root, lockLimit);
    this.puller = new Puller(root, catalog, downloader, blobs, shelf, finder, installer, locks);
  }

  private ModelRepository(ModelRepository other, Installer installer) {
    this.catalog = other.catalog;
    this.blobs = other.blobs;
    this.shelf = other.shelf;
    this.finder = other.finder;
    this.installer = installer;
    this.locks = other.locks;
    this.puller = other.puller.with(installer);
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
        modelsFolder, catalog, VariantImporter.of(Optional.empty()), new Downloader(), LOCK_LIMIT);
  }

  /** The same repository, whose quantized variants are compared with their floats when made. */
  public ModelRepository comparing(VariantComparison comparison) {
    return new ModelRepository(this, installer.comparing(comparison));
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
    return resolve(reference, List.of());
  }

  /**
   * As the other, preferring some variants to others where the reference names none.
   *
   * @param variants names of variants, the best first
   */
  public ModelFiles resolve(ModelReference reference, List<String> variants) throws ModelException {
    return finder.resolve(reference, variants);
  }

  /**
   * Whether an installed model was made by an importer as new as this one; {@link #pull} makes a
   * model of the catalog again where it was not.
   *
   * @param reference version and variant may be left open
   */
  public boolean isUpToDate(ModelReference reference) throws ModelException {
    Item item = finder.matching(reference).get(0);
    return item.installed().importer() == Installer.IMPORTER_VERSION;
  }

  /**
   * Imports a model that is on this machine: a GGUF, a folder with safetensors, or an ONNX export:
   * its graph or a folder with one. The same content under the same name is one version: quantized
   * otherwise it becomes a further variant of it, and again as before it changes nothing but makes
   * the version the newest, and gives all its variants the prompt format that is wanted. With an
   * adapter merged it is a version of its own. The files themselves are not kept.
   *
   * @throws ModelException USAGE if there is no such file or folder or the name is wrong; MALFORMED
   *     or UNSUPPORTED if it is no model that Bantam can read; DISK_FULL; LOCKED; INTERRUPTED
   */
  public InstalledModel importFile(
      Path file, String name, ImportOptions options, ImportListener listener)
      throws ModelException {
    Shelf.requireName(name);
    Path source = file.toAbsolutePath().normalize();
    requireReadable(source);
    checkPromptFormat(source, options);
    Optional<Path> adapter = adapter(options);
    Installer making = installer.withPromptFormat(options.promptFormat());
    if (adapter.isPresent()) {
      making = making.with(VariantImporter.of(adapter));
    }
    try (FileLocks.Held lock = locks.acquire(name, holder -> {})) {
      installer.sweep();
      Blob content = SourceDigest.of(source, adapter, listener);
      String from =
          source.getFileName() + adapter.map(path -> " --lora " + path.getFileName()).orElse("");
      Release release = Release.ofFile(name, from, content);
      try (BlobStore.Work work = blobs.begin()) {
        Optional<Item> current = making.currentOf(name, content);
        return Finder.present(
            current.isPresent()
                ? making.renew(work, current.get(), source, options.quantization(), listener)
                : making.install(
                    work, release, source, false, List.of(options.quantization()), listener));
      }
    } finally {
      installer.sweep();
    }
  }

  private static void checkPromptFormat(Path source, ImportOptions options) throws ModelException {
    if (options.promptFormat().isPresent()) {
      String format = options.promptFormat().get();
      PromptFormatChange.requireKnown(format);
      if (format.equals(PromptFormats.TEMPLATE) && ModelImporter.lacksChatTemplate(source)) {
        throw PromptFormatChange.noTemplate();
      }
    }
  }

  private static Optional<Path> adapter(ImportOptions options) throws ModelException {
    if (options.adapter().isEmpty()) {
      return Optional.empty();
    }
    Path absolute = options.adapter().get().toAbsolutePath().normalize();
    for (Path part : AdaptedSource.files(absolute)) {
      if (!Files.isRegularFile(part)) {
        throw new ModelException(
            Kind.USAGE,
            "there is no file %s; an adapter is a .gguf file, or a folder with adapter_config.json and adapter_model.safetensors"
                .formatted(part));
      }
    }
    return Optional.of(absolute);
  }

  /** As the other, with all but the quantization by the source. */
  public InstalledModel importFile(
      Path file, String name, Quantization quantization, ImportListener listener)
      throws ModelException {
    return importFile(file, name, ImportOptions.of(quantization), listener);
  }

  /** As the others, weights as they are. */
  public InstalledModel importFile(Path file, String name, ImportListener listener)
      throws ModelException {
    return importFile(file, name, ImportOptions.NONE, listener);
  }

  /**
   * What a model on this machine is re-quantized to where nobody says: to the first variant that
   * the device prefers and that can be made; otherwise floats to 4 bits, and all else stays.
   *
   * @param variants names of variants as a device profile lists them, the best first
   */
  public static Quantization usualQuantization(Path file, List<String> variants)
      throws ModelException {
    requireReadable(file);
    return ModelImporter.usual(file, variants);
  }

  private static void requireReadable(Path file) throws ModelException {
    String problem = "";
    if (!Files.exists(file)) {
      problem =
          "there is no file %s; give the path of a .gguf file, of a folder with config.json and safetensors or ONNX graphs, or of such a graph"
              .formatted(file);
    } else if (file.toString().endsWith(".safetensors")) {
      problem = "%s is a model's weights alone; give the folder that holds it".formatted(file);
    } else if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      problem = "%s is neither a file nor a folder".formatted(file);
    } else if (!Files.isReadable(file)) {
      problem = "no permission to read %s".formatted(file);
    }
    if (!problem.isEmpty()) {
      throw new ModelException(Kind.USAGE, problem);
    }
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
    return pull(name, List.of(), listener);
  }

  /**
   * As the other, making the first of these variants that can be made, if there is none of the
   * model yet.
   *
   * @param variants names of variants as a device profile lists them, the best first
   */
  public InstalledModel pull(String name, List<String> variants, PullListener listener)
      throws ModelException {
    return Finder.present(puller.pull(name, variants, listener));
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
    try (FileLocks.Held lock = locks.acquire(reference.name(), holder -> {})) {
      boolean removed = reference.version().isEmpty() && removeDownload(reference.name());
      for (Place place : shelf.places()) {
        removed |= matches(reference, place) && removeFrom(place, reference);
      }
      if (!removed) {
        throw finder.notInstalled(reference);
      }
    } finally {
      installer.sweep();
    }
  }

  private boolean removeDownload(String name) throws ModelException {
    boolean present = Files.isDirectory(puller.downloads(name));
    Downloader.clear(puller.downloads(name));
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
}
