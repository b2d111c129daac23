package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.DiskSpace;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes one bundle; see {@link BundleContents} for its form. */
final class BundleWriter {

  private static final int BUFFER_BYTES = 1 << 20;

  /** Of all entries: the same models make the same bundle. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Parts parts;
  private final ImportListener listener;
  private long total;
  private long done;

  BundleWriter(Parts parts, ImportListener listener) {
    this.parts = parts;
    this.listener = listener;
  }

  /** See {@link Bundles#write}. */
  List<Item> write(Collection<ModelReference> references, Path file) throws ModelException {
    if (Files.exists(file)) {
      throw new ModelException(
          Kind.USAGE, "%s is there already; remove it, or name another file".formatted(file));
    }
    if (!Files.isDirectory(file.resolveSibling(""))) {
      throw new ModelException(
          Kind.USAGE, "there is no folder %s".formatted(file.resolveSibling("")));
    }
    // As long as this work is open, nobody removes a file of the store.
    try (BlobStore.Work work = parts.blobs().begin()) {
      List<Item> items = items(references);
      Set<Blob> blobs = new LinkedHashSet<>();
      items.forEach(item -> item.blobs().forEach(blobs::add));
      total = blobs.stream().mapToLong(Blob::size).sum();
      DiskSpace.require(file.resolveSibling(""), total, "the bundle " + file.getFileName());
      writeWhole(items, blobs, file);
      return items;
    }
  }

  /** Each version once, with all variants that were asked for. */
  private List<Item> items(Collection<ModelReference> references) throws ModelException {
    Map<Place, Item> items = new LinkedHashMap<>();
    for (ModelReference reference : references) {
      Item item = parts.finder().matching(reference).get(0);
      items.merge(item.place(), item, BundleWriter::united);
    }
    return List.copyOf(items.values());
  }

  private static Item united(Item one, Item other) {
    List<InstalledVariant> variants =
        Stream.concat(one.installed().variants().stream(), other.installed().variants().stream())
            .distinct()
            .toList();
    return new Item(one.place(), one.release(), one.installed().withVariants(variants));
  }

  private void writeWhole(List<Item> items, Set<Blob> blobs, Path file) throws ModelException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    boolean whole = false;
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      try (ZipOutputStream zip =
          new ZipOutputStream(
              new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES))) {
        zip.setLevel(Deflater.NO_COMPRESSION);
        write(items, blobs, zip);
        zip.finish();
        zip.flush();
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      whole = true;
    } catch (IOException e) {
      throw Failures.writing(file, total - done, e);
    } finally {
      if (!whole) {
        deleteQuietly(part);
      }
    }
  }

  private static void deleteQuietly(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // The failure that led here is the one to report; the next export takes the same name.
    }
  }

  private void write(List<Item> items, Set<Blob> blobs, ZipOutputStream zip)
      throws IOException, ModelException {
    List<SignedRelease> releases = new ArrayList<>();
    for (Item item : items) {
      releases.add(parts.shelf().published(item));
    }
    BundleContents contents =
        BundleContents.of(releases.stream().map(BundleContents.Version::of).toList());
    put(zip, ModelDocument.BUNDLE.fileName(), ModelDocument.BUNDLE.write(contents));
    for (int i = 0; i < items.size(); i++) {
      BundleContents.Version version = contents.models().get(i);
      put(zip, version.entry(ModelDocument.RELEASE), releases.get(i).document());
      if (version.signed()) {
        String signature = releases.get(i).signature().orElseThrow().toString();
        put(zip, version.signatureEntry(), signature.getBytes(StandardCharsets.UTF_8));
      }
      put(
          zip,
          version.entry(ModelDocument.INSTALLED),
          ModelDocument.INSTALLED.write(items.get(i).installed()));
    }
    for (Blob blob : blobs) {
      put(zip, blob, owner(items, blob));
    }
  }

  private static Item owner(List<Item> items, Blob blob) {
    return items.stream()
        .filter(item -> item.blobs().anyMatch(blob::equals))
        .findFirst()
        .orElseThrow();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    begin(zip, name);
    zip.write(content);
    zip.closeEntry();
  }

  private static void begin(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
  }

  private void put(ZipOutputStream zip, Blob blob, Item owner) throws IOException, ModelException {
    begin(zip, BundleContents.entry(blob));
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    long before = done;
    try (InputStream in = Files.newInputStream(parts.blobs().path(blob.sha256()))) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        zip.write(buffer, 0, read);
        done += read;
        listener.progress(Bundles.EXPORTING, done, total);
      }
    } catch (NoSuchFileException e) {
      throw damaged(owner, blob);
    }
    zip.closeEntry();
    if (done - before != blob.size() || !Sha256.hex(digest).equals(blob.sha256())) {
      throw damaged(owner, blob);
    }
  }

  private static ModelException damaged(Item owner, Blob blob) {
    return new ModelException(
        Kind.CORRUPT,
        "%s is damaged: its file %s is missing or has other content. To repair it, type: %s"
            .formatted(owner.place().reference(), blob.sha256(), Finder.repair(owner)));
  }
}
