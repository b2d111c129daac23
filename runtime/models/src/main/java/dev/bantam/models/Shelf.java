package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.trust.DetachedSignature;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders {@code <name>/<version>/} with {@code release.json} and {@code installed.json}. A
 * version is there if and only if its {@code installed.json} is.
 */
final class Shelf {

  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
  private static final String RELEASE = ModelDocument.RELEASE.fileName();
  private static final String INSTALLED = ModelDocument.INSTALLED.fileName();

  /** The one name that is not a model's. */
  private static final String BLOBS = "blobs";

  private final Path root;

  Shelf(Path root) {
    this.root = root;
  }

  /** A version that is there, its documents unread. */
  record Place(String name, String version, Path folder) {

    ModelReference reference() {
      return new ModelReference(name, Optional.of(version), Optional.empty());
    }
  }

  /** A version with its documents. */
  record Item(Place place, Release release, Installed installed) {

    /** The files of its variants. */
    Stream<Blob> variantBlobs() {
      return installed.variants().stream().flatMap(variant -> variant.files().values().stream());
    }

    /** Whether its variants' files are there, by their sizes. */
    boolean isWhole(BlobStore store) {
      return variantBlobs()
          .allMatch(blob -> store.path(blob.sha256()).toFile().length() == blob.size());
    }

    /** All files that it needs. */
    Stream<Blob> blobs() {
      return installed.keptSource()
          ? Stream.concat(variantBlobs(), Stream.of(release.content()))
          : variantBlobs();
    }
  }

  static void requireName(String name) throws ModelException {
    try {
      ModelReference unused = new ModelReference(name, Optional.empty(), Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ModelException(Kind.USAGE, String.valueOf(e.getMessage()), e);
    }
    if (name.equals(BLOBS)) {
      throw new ModelException(
          Kind.USAGE, "\"blobs\" is the name of the store's own folder; choose another name");
    }
  }

  /** All versions of all models, unread. */
  List<Place> places() throws ModelException {
    List<Place> places = new ArrayList<>();
    for (Path name : folders(root)) {
      if (!name.getFileName().toString().equals(BLOBS)) {
        places.addAll(places(name.getFileName().toString()));
      }
    }
    return places;
  }

  /** All versions of a model, unread; none where there is no such model. */
  List<Place> places(String name) throws ModelException {
    Path folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return folders(folder).stream()
        .filter(version -> Files.exists(version.resolve(INSTALLED)))
        .map(version -> new Place(name, version.getFileName().toString(), version))
        .toList();
  }

  /** All versions whose documents can be read; the others are logged, and hide none of these. */
  List<Item> readable() throws ModelException {
    return readable(places());
  }

  /** As {@link #readable()}, of one model's. */
  List<Item> readable(String name) throws ModelException {
    return readable(places(name));
  }

  private List<Item> readable(List<Place> places) throws ModelException {
    List<Item> items = new ArrayList<>();
    for (Place place : places) {
      try {
        items.add(read(place));
      } catch (ModelException e) {
        LOG.warn("ignoring a model: {}", e.getMessage());
      }
    }
    return items;
  }

  private static List<Path> folders(Path parent) throws ModelException {
    try (Stream<Path> listing = Files.list(parent)) {
      return listing
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot list %s: %s".formatted(parent, Failures.reason(e)), e);
    }
  }

  /** Reads a version's documents; empty if it is not there. */
  Optional<Item> find(String name, String version) throws ModelException {
    Path folder = root.resolve(name).resolve(version);
    return Files.exists(folder.resolve(INSTALLED))
        ? Optional.of(read(new Place(name, version, folder)))
        : Optional.empty();
  }

  Item read(Place place) throws ModelException {
    return new Item(
        place, read(place, ModelDocument.RELEASE), read(place, ModelDocument.INSTALLED));
  }

  private static <T> T read(Place place, ModelDocument<T> document) throws ModelException {
    Path file = place.folder().resolve(document.fileName());
    try {
      if (Files.size(file) > ModelDocument.MAX_BYTES) {
        throw damaged(place, file + " is larger than any such file", null);
      }
      return document.read(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw damaged(place, "%s cannot be read: %s".formatted(file, Failures.reason(e)), e);
    } catch (ModelException e) {
      throw e.kind() == Kind.MALFORMED ? damaged(place, String.valueOf(e.getMessage()), e) : e;
    }
  }

  private static ModelException damaged(Place place, String what, @Nullable Exception cause) {
    return new ModelException(
        Kind.CORRUPT,
        "%s is damaged (%s); remove the model with \"bantam model rm %s\" and pull or import it again"
            .formatted(place.reference(), what, place.reference()),
        cause);
  }

  /** What makes a version the newest of its name. */
  long nextSequence(String name) throws ModelException {
    return 1
        + readable(name).stream().mapToLong(item -> item.installed().sequence()).max().orElse(0);
  }

  /** A version's release, byte by byte, with its signature if it came with one. */
  SignedRelease published(Item item) throws ModelException {
    Path file = item.place().folder().resolve(RELEASE);
    try {
      return new SignedRelease(Files.readAllBytes(file), item.release(), signature(item.place()));
    } catch (IOException e) {
      throw damaged(item.place(), "%s cannot be read: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  private static Optional<DetachedSignature> signature(Place place) throws IOException {
    Path file = place.folder().resolve(SignedRelease.FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(DetachedSignature.parse(Files.readString(file)));
    } catch (IllegalArgumentException e) {
      LOG.warn("ignoring {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** Digest of a version's {@code release.json}, as it lies there. */
  String digest(Place place) throws ModelException {
    return Sha256.of(place.folder().resolve(RELEASE), done -> {});
  }

  /**
   * Writes both documents; the version is there once this returns, and not before. A {@code
   * release.json} that is there already and says the same stays as its publisher wrote it.
   */
  void write(BlobStore blobs, BlobStore.Work work, Release release, Installed installed)
      throws ModelException {
    Optional<Item> there = find(release.name(), release.version());
    if (there.isPresent() && there.get().release().equals(release)) {
      writeInstalled(blobs, work, release, installed);
    } else {
      byte[] document = ModelDocument.RELEASE.write(release);
      write(blobs, work, new SignedRelease(document, release, Optional.empty()), installed);
    }
  }

  /** As the other, with what a publisher wrote, and its signature. */
  void write(BlobStore blobs, BlobStore.Work work, SignedRelease published, Installed installed)
      throws ModelException {
    Release release = published.release();
    Path folder = root.resolve(release.name()).resolve(release.version());
    try {
      // A signature is of the release.json beside it, or is not there.
      Files.deleteIfExists(folder.resolve(SignedRelease.FILE));
    } catch (IOException e) {
      throw Failures.writing(folder, 0, e);
    }
    blobs.replaceFile(work, folder.resolve(RELEASE), published.document());
    if (published.signature().isPresent()) {
      byte[] line = (published.signature().get() + "\n").getBytes(StandardCharsets.UTF_8);
      blobs.replaceFile(work, folder.resolve(SignedRelease.FILE), line);
    }
    writeInstalled(blobs, work, release, installed);
  }

  private void writeInstalled(
      BlobStore blobs, BlobStore.Work work, Release release, Installed installed)
      throws ModelException {
    Path folder = root.resolve(release.name()).resolve(release.version());
    blobs.replaceFile(work, folder.resolve(INSTALLED), ModelDocument.INSTALLED.write(installed));
  }

  /** Removes a version; it is gone with its first file, so a crash leaves no half of it. */
  void remove(Place place) throws ModelException {
    try {
      Files.deleteIfExists(place.folder().resolve(INSTALLED));
      Files.deleteIfExists(place.folder().resolve(RELEASE));
      Files.deleteIfExists(place.folder().resolve(SignedRelease.FILE));
      Files.deleteIfExists(place.folder());
      Path name = root.resolve(place.name());
      if (folders(name).isEmpty()) {
        Files.deleteIfExists(name);
      }
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot remove %s: %s".formatted(place.folder(), Failures.reason(e)), e);
    }
  }
}
