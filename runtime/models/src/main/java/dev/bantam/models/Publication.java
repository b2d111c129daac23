package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Writes a model of one's own so that others can pull it: its files and a {@code release.json} that
 * lists them, in a folder that any web server can serve.
 */
public final class Publication {

  private static final String RELEASE = ModelDocument.RELEASE.fileName();

  /**
   * What a publisher says of a model. Of what is installed its own words count where there are no
   * others.
   *
   * @param name the model
   * @param version of the model; empty for one that follows from its content
   * @param description in a few words
   * @param license an SPDX identifier; {@code unknown} if nobody says
   * @param revision empty for one more than the greatest that is in the folder
   * @param gated whether somebody must accept the terms before a device fetches it
   * @param canaries requests with a known outcome, by which devices try it
   */
  public record About(
      String name,
      Optional<String> version,
      Optional<String> description,
      Optional<String> license,
      Optional<Long> revision,
      boolean gated,
      List<Canary> canaries) {

    public About {
      canaries = List.copyOf(canaries);
    }

    private About over(Release installed) {
      return new About(
          name,
          version,
          description.or(() -> Optional.of(installed.description())),
          license.or(() -> Optional.of(installed.license())),
          revision,
          gated || installed.gated(),
          Stream.concat(installed.canaries().stream(), canaries.stream()).distinct().toList());
    }
  }

  /**
   * What was written.
   *
   * @param reference name and version
   * @param file the {@code release.json}
   * @param sha256 its digest, which an order names
   * @param revision that it has
   */
  public record Published(ModelReference reference, Path file, String sha256, long revision) {}

  private Publication() {}

  /**
   * Copies a model into {@code to/NAME/VERSION/}, with its {@code release.json}. That is written
   * last, and whole: who finds it finds all. Devices import the files.
   *
   * @param model a GGUF, or a folder with safetensors or an ONNX export
   * @throws ModelException USAGE if there is such a version there already, or a name is not of its
   *     form; MALFORMED or UNSUPPORTED if it is no model that Bantam reads; DISK_FULL, IO
   */
  public static Published write(Path model, About about, Path to) throws ModelException {
    Shelf.requireName(about.name());
    requireModel(model);
    Path folder = folder(model);
    List<CatalogFile> files = files(model, folder);
    boolean isFolder = Files.isDirectory(model) || files.size() > 1;
    Release release = release(about, files, isFolder, Optional.empty(), to);
    return publish(release, files, file -> folder.resolve(file.file()), to);
  }

  /** See {@link ModelRepository#publish}. */
  static Published write(Parts parts, ModelReference reference, About about, Path to)
      throws ModelException {
    Shelf.requireName(about.name());
    // As long as this work is open, nobody removes a file of the store.
    try (BlobStore.Work work = parts.blobs().begin()) {
      Item item = parts.finder().matching(reference).get(0);
      Prepared prepared = new Prepared(item.installed().importer(), item.installed().variants());
      List<CatalogFile> files = Prepared.files(prepared.variants());
      Release release = release(about.over(item.release()), files, true, Optional.of(prepared), to);
      return publish(release, files, file -> parts.blobs().path(file.sha256()), to);
    }
  }

  private static Published publish(
      Release release, List<CatalogFile> files, Function<CatalogFile, Path> from, Path to)
      throws ModelException {
    Path place = to.resolve(release.name()).resolve(release.version());
    if (Files.exists(place.resolve(RELEASE))) {
      throw new ModelException(
          Kind.USAGE,
          "%s is published already in %s, and a version never changes; choose another with --version"
              .formatted(release.name() + ":" + release.version(), place));
    }
    byte[] document = ModelDocument.RELEASE.write(release);
    // What a device would refuse is not published.
    Release unused = ModelDocument.RELEASE.read(RELEASE, document);
    for (CatalogFile file : files) {
      copy(from.apply(file), place.resolve(file.file()), file);
    }
    Path written = place.resolve(RELEASE);
    replace(written, document);
    return new Published(
        new ModelReference(release.name(), Optional.of(release.version()), Optional.empty()),
        written,
        Sha256.of(document),
        release.revision());
  }

  /** Better here than on each device. */
  private static void requireModel(Path model) throws ModelException {
    if (!Files.exists(model)) {
      throw new ModelException(Kind.USAGE, "there is no file or folder " + model);
    }
    ModelImporter.usual(model, List.of());
  }

  private static Path folder(Path model) throws ModelException {
    if (ExportFolder.isExport(model)) {
      return ExportFolder.of(model).folder();
    }
    return Files.isDirectory(model) ? model : model.toAbsolutePath().resolveSibling("");
  }

  private static List<CatalogFile> files(Path model, Path folder) throws ModelException {
    List<CatalogFile> files = new ArrayList<>();
    for (Path file : SourceDigest.files(model.toAbsolutePath())) {
      String name =
          folder.toAbsolutePath().relativize(file.toAbsolutePath()).toString().replace('\\', '/');
      if (!CatalogFile.isName(name)) {
        throw new ModelException(
            Kind.USAGE,
            "\"%s\" cannot be a published file's name; rename it with letters, digits, '.', '_' and '-'"
                .formatted(name));
      }
      files.add(
          new CatalogFile(
              name, file.toFile().length(), Sha256.of(file, done -> {}), Optional.empty()));
    }
    return files;
  }

  private static Release release(
      About about, List<CatalogFile> files, boolean isFolder, Optional<Prepared> prepared, Path to)
      throws ModelException {
    CatalogFile first = files.get(0);
    String sha256 = isFolder ? CatalogFile.sha256(files) : first.sha256();
    return new Release(
        Release.FORMAT,
        about.name(),
        version(about, sha256),
        about.description().orElse(""),
        about.license().orElse("unknown"),
        isFolder ? about.name() : first.file(),
        files.stream().mapToLong(CatalogFile::size).sum(),
        sha256,
        isFolder ? files : List.of(),
        List.of(new SourceSpec.Url(isFolder ? "." : first.file())),
        about.revision().isPresent() ? about.revision().get() : nextRevision(to, about.name()),
        about.canaries(),
        about.gated(),
        prepared);
  }

  private static String version(About about, String sha256) throws ModelException {
    String version = about.version().orElseGet(() -> Release.versionOf(sha256));
    try {
      ModelReference unused =
          new ModelReference(about.name(), Optional.of(version), Optional.empty());
      return version;
    } catch (IllegalArgumentException e) {
      throw new ModelException(Kind.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static long nextRevision(Path to, String name) throws ModelException {
    Path versions = to.resolve(name);
    if (!Files.isDirectory(versions)) {
      return 1;
    }
    long greatest = 0;
    try (Stream<Path> folders = Files.list(versions)) {
      for (Path folder : folders.toList()) {
        Path release = folder.resolve(RELEASE);
        if (Files.exists(release)) {
          byte[] document = Files.readAllBytes(release);
          greatest =
              Math.max(
                  greatest, ModelDocument.RELEASE.read(release.toString(), document).revision());
        }
      }
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot read %s: %s".formatted(versions, Failures.reason(e)), e);
    }
    return greatest + 1;
  }

  private static void copy(Path file, Path target, CatalogFile expected) throws ModelException {
    try {
      Files.createDirectories(target.resolveSibling(""));
      Path unused = Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Failures.writing(target, expected.size(), e);
    }
    if (!Sha256.of(target, done -> {}).equals(expected.sha256())) {
      throw new ModelException(
          Kind.CORRUPT, "%s is damaged, or changed while it was copied; try again".formatted(file));
    }
  }

  private static void replace(Path target, byte[] content) throws ModelException {
    Path temporary = target.resolveSibling(RELEASE + ".part");
    try {
      Files.write(temporary, content);
      Path unused = Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Failures.writing(target, content.length, e);
    }
  }
}
