package dev.bantam.models;

import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A repository of models that are a text each, for tests. */
final class TinyRepository {

  static final Duration LOCK_LIMIT = Duration.ofSeconds(20);

  final Path folder;
  final Path root;
  final FakeImporter importer = new FakeImporter();
  final ModelRepository models;

  /** With a catalog of one model, {@code tiny:1}, beside {@code folder}'s models. */
  TinyRepository(Path folder) throws Exception {
    this(folder, "models");
  }

  TinyRepository(Path folder, String name) throws Exception {
    this(folder, name, entry(folder));
  }

  TinyRepository(Path folder, String name, CatalogEntry... entries) throws Exception {
    this.folder = folder;
    this.root = folder.resolve(name);
    this.models =
        new ModelRepository(
            root,
            Catalog.of(entries),
            importer,
            new Downloader(),
            LOCK_LIMIT,
            PullSettings.DEFAULT);
  }

  static CatalogEntry entry(Path folder) throws Exception {
    return entry(folder, "tiny", "the model", false);
  }

  /** The version 1 of a model that is published as {@code m.gguf} in a folder. */
  static CatalogEntry entry(Path folder, String name, String text, boolean keepSource)
      throws Exception {
    Path published = Files.writeString(folder.resolve("m.gguf"), text);
    return new CatalogEntry(
        name,
        "1",
        "a tiny model",
        "MIT",
        "m.gguf",
        Files.size(published),
        Sha256.of(published, done -> {}),
        keepSource,
        List.of(new SourceSpec.LocalFile(published.toString())));
  }

  /** Imports a file of that text. */
  InstalledModel importText(String name, String text) throws Exception {
    return importText(name, text, Quantization.NONE);
  }

  InstalledModel importText(String name, String text, Quantization quantization) throws Exception {
    Path file = Files.writeString(folder.resolve("brought.gguf"), text);
    return models.importFile(file, name, quantization, ImportListener.NONE);
  }

  void remove(String reference) throws ModelException {
    models.remove(ModelReference.parse(reference));
  }

  /** The full reference that one resolves to. */
  String resolve(String reference) throws ModelException {
    return models.resolve(ModelReference.parse(reference)).reference().toString();
  }

  /** All full references. */
  List<String> installed() throws ModelException {
    List<String> all = new ArrayList<>();
    for (InstalledModel model : models.list()) {
      model.variants().forEach(variant -> all.add(model.reference(variant).toString()));
    }
    return all;
  }

  /** Digests of all blobs that lie there. */
  Set<String> blobs() throws IOException {
    Set<String> digests = new TreeSet<>();
    try (Stream<Path> listing = Files.list(root.resolve("blobs/sha256"))) {
      listing.forEach(path -> digests.add(path.getFileName().toString()));
    }
    return digests;
  }

  /** Digests of all blobs that installed variants name. */
  Set<String> named() throws ModelException {
    Set<String> digests = new TreeSet<>();
    for (InstalledModel model : models.list()) {
      for (InstalledVariant variant : model.variants()) {
        variant.files().values().forEach(blob -> digests.add(blob.sha256()));
      }
    }
    return digests;
  }

  static ModelException failure(ThrowingCallable action) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(ModelException.class, action);
  }
}
