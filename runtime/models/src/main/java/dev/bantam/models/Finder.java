package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers what is installed. Takes no lock: documents are replaced whole. */
final class Finder {

  private static final Comparator<Item> NEWEST_FIRST =
      Comparator.comparing((Item item) -> item.installed().sequence()).reversed();

  private final Shelf shelf;
  private final BlobStore blobs;
  private final Aliases aliases;

  Finder(Shelf shelf, BlobStore blobs, Aliases aliases) {
    this.shelf = shelf;
    this.blobs = blobs;
    this.aliases = aliases;
  }

  /** By name, the newest first. */
  List<Item> all() throws ModelException {
    return shelf.readable().stream()
        .sorted(
            Comparator.comparing((Item item) -> item.place().name()).thenComparing(NEWEST_FIRST))
        .toList();
  }

  private List<Item> versionsOf(String name) throws ModelException {
    return shelf.readable(name).stream().sorted(NEWEST_FIRST).toList();
  }

  /** Versions that have a variant as asked for, the newest first; their other variants left out. */
  List<Item> matching(ModelReference nameOrAlias) throws ModelException {
    ModelReference reference = aliases.follow(nameOrAlias);
    List<Item> items =
        versionsOf(reference.name()).stream()
            .map(item -> narrow(item, reference))
            .filter(item -> !item.installed().variants().isEmpty())
            .toList();
    if (items.isEmpty()) {
      rethrowIfUnreadable(reference);
      throw notInstalled(reference);
    }
    return items;
  }

  Optional<Item> newest(ModelReference reference) throws ModelException {
    return versionsOf(reference.name()).stream().filter(item -> has(item, reference)).findFirst();
  }

  /** Whether a version has a variant as asked for. */
  boolean has(Item item, ModelReference reference) {
    return !narrow(item, reference).installed().variants().isEmpty();
  }

  private static Item narrow(Item item, ModelReference reference) {
    InstalledModel model = present(item);
    List<InstalledVariant> variants =
        model.variants().stream().filter(v -> reference.matches(model.reference(v))).toList();
    return new Item(item.place(), item.release(), item.installed().withVariants(variants));
  }

  /** What cannot be read is not "not installed". */
  private void rethrowIfUnreadable(ModelReference reference) throws ModelException {
    for (Shelf.Place place : shelf.places(reference.name())) {
      if (reference.version().map(v -> v.equals(place.version())).orElse(true)) {
        Item unused = shelf.read(place);
      }
    }
  }

  ModelFiles resolve(ModelReference reference, List<String> variants) throws ModelException {
    Item item = matching(reference).get(0);
    return files(item, VariantChoice.of(item.installed().variants(), variants));
  }

  List<ModelFiles> variants(ModelReference reference) throws ModelException {
    Item item = matching(reference).get(0);
    List<ModelFiles> all = new ArrayList<>();
    for (InstalledVariant variant : item.installed().variants()) {
      all.add(files(item, variant));
    }
    return all;
  }

  private ModelFiles files(Item item, InstalledVariant variant) throws ModelException {
    ModelReference full = present(item).reference(variant);
    Map<String, Path> paths = new HashMap<>();
    for (Map.Entry<String, Blob> file : variant.files().entrySet()) {
      Path path = blobs.path(file.getValue().sha256());
      requireSize(full, item, file.getKey(), path, file.getValue().size());
      paths.put(file.getKey(), path);
    }
    return new ModelFiles(full, paths);
  }

  private static void requireSize(
      ModelReference model, Item item, String role, Path path, long size) throws ModelException {
    long found = path.toFile().length();
    if (found != size) {
      throw new ModelException(
          Kind.CORRUPT,
          "model %s is damaged: its file \"%s\" (%s) has %s. To repair it, type: %s"
              .formatted(
                  model,
                  role,
                  path,
                  path.toFile().exists()
                      ? "%d bytes instead of %d".formatted(found, size)
                      : "disappeared",
                  repair(item)));
    }
  }

  /** The command that makes a model whole again. */
  static String repair(Item item) {
    return item.release().sources().isEmpty()
        ? "bantam model rm %s:%s, then bantam model import %s --name %s"
            .formatted(
                item.place().name(),
                item.place().version(),
                item.release().file(),
                item.place().name())
        : "bantam model pull " + item.place().name();
  }

  ModelException notInstalled(ModelReference reference) throws ModelException {
    List<String> installed =
        all().stream()
            .map(Finder::present)
            .flatMap(model -> model.variants().stream().map(v -> model.reference(v).toString()))
            .toList();
    return new ModelException(
        Kind.NOT_INSTALLED,
        "model \"%s\" is not installed; %s. To install it, type: bantam model pull %s, or for a file of your own: bantam model import FILE --name %s"
            .formatted(
                reference,
                installed.isEmpty()
                    ? "no model is"
                    : "installed are: " + String.join(", ", installed),
                new ModelReference(reference.name(), Optional.empty(), reference.variant()),
                reference.name()));
  }

  /**
   * @param model name and version of what shall come
   * @throws ModelException UNTRUSTED if a later release of the name is installed
   */
  void requireNoDowngrade(ModelReference model, long revision) throws ModelException {
    for (Item item : all()) {
      if (item.place().name().equals(model.name()) && item.release().revision() > revision) {
        throw new ModelException(
            Kind.UNTRUSTED,
            "%s has the revision %d and %s, which is installed, has %d; an older one is taken only where allow_downgrade says so"
                .formatted(model, revision, item.place().reference(), item.release().revision()));
      }
    }
  }

  static InstalledModel present(Item item) {
    return new InstalledModel(
        item.place().name(),
        item.place().version(),
        item.release().description(),
        item.release().license(),
        item.release().file(),
        Instant.parse(item.installed().installedAt()),
        item.installed().variants(),
        item.release().canaries());
  }
}
