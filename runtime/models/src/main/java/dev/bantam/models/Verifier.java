package dev.bantam.models;

import dev.bantam.models.Shelf.Item;
import dev.bantam.models.VerifyReport.Damaged;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads every byte of models' files. */
final class Verifier {

  private final BlobStore blobs;
  private final long largest;
  private final List<Damaged> damaged = new ArrayList<>();

  /** What was found of each blob, so that a shared one is read once; empty if it is whole. */
  private final Map<Blob, String> problems = new HashMap<>();

  private Verifier(BlobStore blobs, long largest) {
    this.blobs = blobs;
    this.largest = largest;
  }

  /**
   * @param largest in bytes; larger files are passed over
   */
  static VerifyReport verify(
      ModelReference reference, List<Item> items, BlobStore blobs, long largest)
      throws ModelException {
    Verifier verifier = new Verifier(blobs, largest);
    for (Item item : items) {
      for (InstalledVariant variant : item.installed().variants()) {
        verifier.check(item, variant);
      }
    }
    return new VerifyReport(
        reference,
        verifier.problems.size(),
        verifier.problems.keySet().stream().mapToLong(Blob::size).sum(),
        verifier.damaged);
  }

  /** Whether every byte of all its variants is what was installed. */
  static boolean isUndamaged(Item item, BlobStore blobs) throws ModelException {
    Verifier verifier = new Verifier(blobs, Long.MAX_VALUE);
    for (InstalledVariant variant : item.installed().variants()) {
      verifier.check(item, variant);
    }
    return verifier.damaged.isEmpty();
  }

  private void check(Item item, InstalledVariant variant) throws ModelException {
    ModelReference model = Finder.present(item).reference(variant);
    for (Map.Entry<String, Blob> file : variant.files().entrySet()) {
      Blob blob = file.getValue();
      if (blob.size() > largest) {
        continue;
      }
      String problem = problems.get(blob);
      if (problem == null) {
        problem = problem(blob);
        problems.put(blob, problem);
      }
      if (!problem.isEmpty()) {
        damaged.add(new Damaged(model, file.getKey(), blob.sha256(), problem, Finder.repair(item)));
      }
    }
  }

  private String problem(Blob blob) throws ModelException {
    Path path = blobs.path(blob.sha256());
    if (!path.toFile().isFile()) {
      return "the file is missing";
    }
    if (path.toFile().length() != blob.size()) {
      return "the size is wrong: expected %d bytes, found %d"
          .formatted(blob.size(), path.toFile().length());
    }
    String found = digest(path);
    return found.equals(blob.sha256())
        ? ""
        : "the content is wrong: expected sha256 %s, found %s".formatted(blob.sha256(), found);
  }

  /** An unreadable file is a finding like others, and does not end the report. */
  private static String digest(Path path) throws ModelException {
    try {
      return Sha256.of(path, done -> {});
    } catch (ModelException e) {
      if (e.kind() == ModelException.Kind.INTERRUPTED) {
        throw e;
      }
      return String.valueOf(e.getMessage());
    }
  }
}
