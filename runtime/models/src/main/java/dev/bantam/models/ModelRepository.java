package dev.bantam.models;

import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The models of one device, below one folder (by default {@code BANTAM_HOME/models}):
 *
 * <pre>
 * NAME/VERSION/release.json    what was published
 * NAME/VERSION/installed.json  what this device made of it
 * blobs/sha256/DIGEST          the files themselves
 * .holds/, .aliases/           who needs which models, and their further names
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
  private final Downloader downloader;
  private final PullSettings settings;
  private final Parts parts;
  private final Installer installer;

  ModelRepository(
      Path folder,
      Catalog catalog,
      VariantImporter importer,
      Downloader downloader,
      Duration lockLimit,
      PullSettings settings)
      throws ModelException {
    this.catalog = catalog;
    this.downloader = downloader;
    this.settings = settings;
    this.parts = Parts.open(folder, lockLimit);
    this.installer = new Installer(parts, importer);
  }

  private ModelRepository(ModelRepository other, Installer installer) {
    this.catalog = other.catalog;
    this.downloader = other.downloader;
    this.settings = other.settings;
    this.parts = other.parts;
    this.installer = installer;
  }

  /** The one below {@code modelsFolder}, which is created if absent, with Bantam's catalog. */
  public static ModelRepository open(Path modelsFolder) throws ModelException {
    return open(modelsFolder, Catalog.builtIn());
  }

  /**
   * As {@link #open(Path)}, with another catalog, e.g. {@code
   * Catalog.builtIn().with(Catalog.read(file))}.
   */
  public static ModelRepository open(Path modelsFolder, Catalog catalog) throws ModelException {
    return open(modelsFolder, catalog, PullSettings.DEFAULT);
  }

  /** As the others, with a site's word on what may be fetched, and how. */
  public static ModelRepository open(Path modelsFolder, Catalog catalog, PullSettings settings)
      throws ModelException {
    return new ModelRepository(
        modelsFolder,
        catalog,
        VariantImporter.of(Optional.empty()),
        new Downloader(settings.network()),
        LOCK_LIMIT,
        settings);
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
    return parts.finder().all().stream().map(Finder::present).toList();
  }

  /**
   * Finds the files of one variant: of the newest version that has it, where the version is open.
   * Here and elsewhere, an alias stands for what it points at.
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
    return parts.finder().resolve(reference, variants);
  }

  /**
   * The files of all variants that match, of one version, in the order in which they were
   * installed.
   *
   * @throws ModelException as {@link #resolve(ModelReference)}
   */
  public List<ModelFiles> variants(ModelReference reference) throws ModelException {
    return parts.finder().variants(reference);
  }

  /**
   * Whether an installed model was made by an importer as new as this one; {@link #pull} makes a
   * model of the catalog again where it was not.
   *
   * @param reference version and variant may be left open
   */
  public boolean isUpToDate(ModelReference reference) throws ModelException {
    Item item = parts.finder().matching(reference).get(0);
    return Installer.isUpToDate(item);
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
    return Finder.present(new FileImports(parts, installer).run(file, name, options, listener));
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
    FileImports.requireReadable(file);
    return ModelImporter.usual(file, variants);
  }

  /**
   * Installs a model of the catalog: fetches it from the first source that has it, checks its
   * sha256, imports it. Returns at once, without a network, if it is installed. A variant that is
   * named and missing is made of the kept source, or of what is fetched again.
   *
   * @param name {@code NAME[:VERSION][@VARIANT]}
   * @throws ModelException NOT_IN_CATALOG, with what is there; LICENSE if the model is gated and
   *     nobody accepted its terms here; UNREACHABLE or CORRUPT, with what was tried; and those of
   *     {@link #importFile}
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
    return Finder.present(puller().pull(name, variants, listener));
  }

  /**
   * As the other, but reads every byte of a model that is installed, and makes it anew if a file is
   * damaged.
   */
  public InstalledModel pullWhole(String name, List<String> variants, PullListener listener)
      throws ModelException {
    return Finder.present(puller().readingFiles().pull(name, variants, listener));
  }

  /**
   * Somebody accepts a gated model's terms on this device, which is remembered.
   *
   * @param license as the model's catalog entry or release says
   */
  public void acceptTerms(String name, String license) throws ModelException {
    Shelf.requireName(name);
    parts.terms().accept(name, license);
  }

  /**
   * Sees to it that a model is here that somebody else wants, who need not be trusted: what is
   * installed is there at once; what has a source comes from there, if the site allows that place,
   * and otherwise from the catalog.
   *
   * @param variants names of variants as a device profile lists them, the best first
   * @throws ModelException UNTRUSTED if a place is not allowed, a signature is missing or wrong, or
   *     the release is older than what is here; those of {@link #pull}
   */
  public InstalledModel obtain(ModelOrder order, List<String> variants, PullListener listener)
      throws ModelException {
    return Finder.present(
        new Obtainer(puller(), parts, installer, downloader, settings)
            .obtain(order, variants, listener));
  }

  /**
   * Reads every file of all variants that match, and compares its sha256.
   *
   * @throws ModelException NOT_INSTALLED; INTERRUPTED
   */
  public VerifyReport verify(ModelReference reference) throws ModelException {
    return verify(reference, Long.MAX_VALUE);
  }

  /**
   * As the other, but for larger files, which it does not read.
   *
   * @param largest in bytes
   */
  public VerifyReport verify(ModelReference reference, long largest) throws ModelException {
    return Verifier.verify(reference, parts.finder().matching(reference), parts.blobs(), largest);
  }

  private Puller puller() {
    return new Puller(parts, catalog, downloader, installer);
  }

  /**
   * Removes all versions and variants that match, an unfinished download of the model, and the
   * files that no other model needs.
   *
   * @throws ModelException NOT_INSTALLED; IN_USE if somebody holds one of them or an alias points
   *     at it, and then nothing is removed; USAGE for an alias; LOCKED
   */
  public void remove(ModelReference reference) throws ModelException {
    new Removal(parts).remove(reference);
  }

  /**
   * Keeps models from being removed, also over restarts, until the same holder holds others.
   *
   * @param holder a slot as {@code DEVICE/SLOT}, or any other text
   * @param references replace what that holder held; none to hold nothing any more. Of an alias
   *     what it points at now is held
   * @throws ModelException IO, DISK_FULL, LOCKED
   */
  public void hold(String holder, Collection<ModelReference> references) throws ModelException {
    try (FileLocks.Held guard = parts.locks().guard()) {
      parts.holds().replace(holder, references);
    }
  }

  /** Who holds what, by holder. */
  public List<Hold> holds() throws ModelException {
    try (FileLocks.Held guard = parts.locks().guard()) {
      return parts.holds().all();
    }
  }

  /** Models in one file, for devices without a network. */
  public Bundles bundles() {
    return new Bundles(parts, settings);
  }

  /** What gives installed decoders a graph with a cache of bytes. */
  public Int8Caches int8Caches() {
    return new Int8Caches(parts);
  }

  /**
   * Publishes an installed version as it is: devices that pull it import nothing.
   *
   * @param reference the newest version where none is said, and all its variants where none is
   * @param about its canaries go beside those that are installed
   * @throws ModelException NOT_INSTALLED; and those of {@link Publication#write}
   */
  public Publication.Published publish(ModelReference reference, Publication.About about, Path to)
      throws ModelException {
    return Publication.write(parts, reference, about, to);
  }

  /** Further names of versions. */
  public ModelAliases aliases() {
    return new ModelAliases(parts, catalog);
  }

  /**
   * Removes old versions that nobody needs, downloads that nobody took up again, and files that no
   * model needs.
   *
   * @throws ModelException CORRUPT if a model's documents cannot be read; LOCKED
   */
  public Garbage collectGarbage(GarbageRule rule) throws ModelException {
    return new Collector(parts, rule).run();
  }
}
