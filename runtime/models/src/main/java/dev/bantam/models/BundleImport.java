package dev.bantam.models;

import dev.bantam.models.BundleContents.Version;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.DiskSpace;
import dev.bantam.models.store.FileLocks;
import dev.bantam.models.trust.DetachedSignature;
import dev.bantam.spi.ModelReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Installs what one bundle holds. */
final class BundleImport {

  private final Parts parts;
  private final BundleRules rules;
  private final ImportListener listener;
  private final Map<String, Blob> expected = new HashMap<>();
  private long total;
  private long done;

  BundleImport(Parts parts, BundleRules rules, ImportListener listener) {
    this.parts = parts;
    this.rules = rules;
    this.listener = listener;
  }

  /** A version as the bundle has it. */
  record Brought(Version version, SignedRelease published, Installed installed) {

    Release release() {
      return published.release();
    }

    Item item() {
      return new Item(
          new Place(version.name(), version.version(), Path.of(version.name())),
          release(),
          installed);
    }
  }

  /** See {@link Bundles#read}. */
  List<Item> run(Path file) throws ModelException {
    try (BundleReader bundle = BundleReader.open(file)) {
      List<Brought> all = documents(bundle);
      List<FileLocks.Held> locks = lock(all);
      try {
        for (Brought each : all) {
          rules.require(each, file);
        }
        expect(bundle, all);
        DiskSpace.require(parts.root(), missingBytes(), "the bundle " + file.getFileName());
        return install(bundle, all);
      } finally {
        locks.forEach(FileLocks.Held::close);
      }
    } finally {
      parts.sweeper().sweep();
    }
  }

  /** See {@link Bundles#contents}. */
  static List<ModelReference> contents(Path file) throws ModelException {
    try (BundleReader bundle = BundleReader.open(file)) {
      return versions(bundle).stream().map(Version::reference).toList();
    }
  }

  private static List<Version> versions(BundleReader bundle) throws ModelException {
    String first = ModelDocument.BUNDLE.fileName();
    requireNext(bundle, first);
    return bundle.document(ModelDocument.BUNDLE, first).models();
  }

  private static List<Brought> documents(BundleReader bundle) throws ModelException {
    List<Brought> all = new ArrayList<>();
    for (Version version : versions(bundle)) {
      Shelf.requireName(version.name());
      all.add(brought(bundle, version));
    }
    return all;
  }

  private static Brought brought(BundleReader bundle, Version version) throws ModelException {
    String entry = version.entry(ModelDocument.RELEASE);
    requireNext(bundle, entry);
    byte[] document = bundle.bytes(entry);
    Release release = ModelDocument.RELEASE.read(entry, document);
    if (!release.name().equals(version.name()) || !release.version().equals(version.version())) {
      throw bundle.malformed("has the release of another model in the entry " + entry);
    }
    Optional<DetachedSignature> signature =
        version.signed() ? Optional.of(signature(bundle, version)) : Optional.empty();
    String installed = version.entry(ModelDocument.INSTALLED);
    requireNext(bundle, installed);
    return new Brought(
        version,
        new SignedRelease(document, release, signature),
        bundle.document(ModelDocument.INSTALLED, installed));
  }

  private static DetachedSignature signature(BundleReader bundle, Version version)
      throws ModelException {
    String entry = version.signatureEntry();
    requireNext(bundle, entry);
    try {
      return DetachedSignature.parse(new String(bundle.bytes(entry), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw bundle.malformed("has no signature in the entry " + entry);
    }
  }

  private static void requireNext(BundleReader bundle, String entry) throws ModelException {
    Optional<String> found = bundle.next();
    if (found.isEmpty()) {
      throw bundle.corrupt("it ends before " + entry);
    }
    if (!found.get().equals(entry)) {
      throw bundle.malformed(
          "has the entry %s where %s belongs".formatted(BundleReader.shown(found.get()), entry));
    }
  }

  /** In the names' order, so that no two wait for each other. */
  private List<FileLocks.Held> lock(List<Brought> all) throws ModelException {
    List<FileLocks.Held> locks = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    all.forEach(each -> names.add(each.version().name()));
    try {
      for (String name : names) {
        locks.add(parts.locks().acquire(name, holder -> {}));
      }
      return locks;
    } catch (ModelException e) {
      locks.forEach(FileLocks.Held::close);
      throw e;
    }
  }

  private void expect(BundleReader bundle, List<Brought> all) throws ModelException {
    try {
      for (Brought brought : all) {
        for (Blob blob : brought.item().blobs().toList()) {
          Blob before = expected.put(BundleContents.entry(blob), blob);
          if (before != null && !before.equals(blob)) {
            throw bundle.malformed("gives the file %s two sizes".formatted(blob.sha256()));
          }
        }
      }
      for (Blob blob : expected.values()) {
        total = Math.addExact(total, blob.size());
      }
    } catch (ArithmeticException e) {
      throw bundle.malformed("is larger than any disk");
    }
  }

  private long missingBytes() {
    return expected.values().stream().filter(blob -> !isHere(blob)).mapToLong(Blob::size).sum();
  }

  private boolean isHere(Blob blob) {
    return parts.blobs().path(blob.sha256()).toFile().length() == blob.size();
  }

  private List<Item> install(BundleReader bundle, List<Brought> all) throws ModelException {
    try (BlobStore.Work work = parts.blobs().begin()) {
      files(bundle, work);
      List<Item> items = new ArrayList<>();
      for (Brought brought : all) {
        items.add(place(work, brought));
      }
      return items;
    }
  }

  private void files(BundleReader bundle, BlobStore.Work work) throws ModelException {
    for (Optional<String> name = bundle.next(); name.isPresent(); name = bundle.next()) {
      Blob blob = expected.remove(name.get());
      if (blob == null) {
        throw bundle.malformed(
            "has the entry %s, which none of its models names"
                .formatted(BundleReader.shown(name.get())));
      }
      long before = done;
      bundle.blob(
          blob,
          isHere(blob) ? Optional.empty() : Optional.of(work),
          bytes -> listener.progress("importing", before + bytes, total));
      done += blob.size();
    }
    if (!expected.isEmpty()) {
      throw bundle.corrupt("%d of its files are missing".formatted(expected.size()));
    }
  }

  private Item place(BlobStore.Work work, Brought brought) throws ModelException {
    Version version = brought.version();
    Optional<Item> here = parts.shelf().find(version.name(), version.version());
    Installed installed =
        here.isPresent()
            ? united(here.get(), brought.installed())
            : brought.installed().withSequence(parts.shelf().nextSequence(version.name()));
    if (here.isPresent() && !rules.isSigned(here.get(), brought)) {
      parts.shelf().write(parts.blobs(), work, here.get().release(), installed);
    } else {
      parts.shelf().write(parts.blobs(), work, brought.published(), installed);
    }
    return parts.shelf().find(version.name(), version.version()).orElseThrow();
  }

  /**
   * Of a variant that is in both the one of the newer importer stays; of the same importer the one
   * that is here, if it is whole. The version counts as made by the older importer of the two, as
   * long as it has a variant of that one.
   */
  private Installed united(Item here, Installed brought) {
    Installed own = here.installed();
    boolean isOwnBetter = own.importer() >= brought.importer() && here.isWhole(parts.blobs());
    Installed better = isOwnBetter ? own : brought;
    Installed other = isOwnBetter ? brought : own;
    Map<String, InstalledVariant> variants = new LinkedHashMap<>();
    own.variants().forEach(variant -> variants.put(variant.variant(), variant));
    brought.variants().forEach(variant -> variants.putIfAbsent(variant.variant(), variant));
    better.variants().forEach(variant -> variants.put(variant.variant(), variant));
    boolean isOfBoth = variants.size() > better.variants().size();
    int importer = isOfBoth ? Math.min(better.importer(), other.importer()) : better.importer();
    return new Installed(
        Installed.FORMAT,
        own.sequence(),
        own.installedAt(),
        importer,
        own.keptSource() || brought.keptSource(),
        List.copyOf(variants.values()));
  }
}
