package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Models in one file, for devices that no network reaches. Nothing is imported anew: what a bundle
 * holds has been imported, and maybe quantized, on the device that it comes from.
 */
public final class Bundles {

  /** The step that a listener is told of while a bundle is written. */
  public static final String EXPORTING = "exporting";

  private final Parts parts;
  private final PullSettings settings;

  Bundles(Parts parts, PullSettings settings) {
    this.parts = parts;
    this.settings = settings;
  }

  /** Whether a file is a bundle, or says that it is: by its first bytes. */
  public static boolean isBundle(Path file) {
    return BundleReader.isBundle(file);
  }

  /**
   * The versions that a bundle says it holds, without their variants. Reads nothing else of it.
   *
   * @throws ModelException USAGE if there is no such file; MALFORMED if it is no bundle; CORRUPT if
   *     it is damaged; UNSUPPORTED if a newer Bantam wrote it
   */
  public List<ModelReference> contents(Path file) throws ModelException {
    return BundleImport.contents(file);
  }

  /**
   * Writes models into a new file, which is there once it is whole. Every file is verified on the
   * way.
   *
   * @param references the newest version where none is said, and all its variants where none is
   * @param file must not exist
   * @return what the bundle holds, with the variants that it holds
   * @throws ModelException NOT_INSTALLED; CORRUPT if a model's file is damaged; USAGE if {@code
   *     file} exists; DISK_FULL, before anything is written; INTERRUPTED; IO
   */
  public List<InstalledModel> write(
      Collection<ModelReference> references, Path file, ImportListener listener)
      throws ModelException {
    return new BundleWriter(parts, listener)
        .write(references, file.toAbsolutePath().normalize()).stream()
            .map(Finder::present)
            .toList();
  }

  /**
   * Installs what a bundle holds, beside what is installed, by the same rules as {@link
   * ModelRepository#obtain}. Every file is verified; a bundle that is damaged, cut short or hostile
   * leaves nothing. Needs neither network nor Python.
   *
   * @param allowDowngrade whether releases may be older than what is installed, where the site lets
   *     somebody say so
   * @return the versions as they are now
   * @throws ModelException USAGE if there is no such file or a model cannot have its name here;
   *     MALFORMED if it is no bundle; CORRUPT if it is damaged; UNSUPPORTED if a newer Bantam wrote
   *     it; UNTRUSTED if a signature is missing or wrong, a release is older than what is here, or
   *     a version is installed with other content; LICENSE; DISK_FULL, before any file is written;
   *     LOCKED; INTERRUPTED; IO
   */
  public List<InstalledModel> read(Path file, boolean allowDowngrade, ImportListener listener)
      throws ModelException {
    BundleRules rules = new BundleRules(parts, settings, allowDowngrade);
    return new BundleImport(parts, rules, listener)
        .run(file.toAbsolutePath().normalize()).stream().map(Finder::present).toList();
  }

  /** As the other, of nothing older than what is here. */
  public List<InstalledModel> read(Path file, ImportListener listener) throws ModelException {
    return read(file, false, listener);
  }
}
