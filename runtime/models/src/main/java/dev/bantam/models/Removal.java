package dev.bantam.models;

import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Removes what somebody names. */
final class Removal {

  private final Parts parts;

  Removal(Parts parts) {
    this.parts = parts;
  }

  /** See {@link ModelRepository#remove}. */
  void remove(ModelReference reference) throws ModelException {
    Shelf.requireName(reference.name());
    try (FileLocks.Held lock = parts.locks().acquire(reference.name(), holder -> {});
        FileLocks.Held guard = parts.locks().guard()) {
      parts.aliases().requireFree(reference);
      parts.holds().requireFree(reference);
      boolean removed = reference.version().isEmpty() && removeDownload(reference.name());
      for (Place place : parts.shelf().places()) {
        removed |= matches(reference, place) && removeFrom(place, reference);
      }
      if (!removed) {
        throw parts.finder().notInstalled(reference);
      }
    } finally {
      parts.sweeper().sweep();
    }
  }

  private boolean removeDownload(String name) throws ModelException {
    Path downloads = Puller.downloads(parts.root(), name);
    boolean present = Files.isDirectory(downloads);
    Downloader.clear(downloads);
    return present;
  }

  private static boolean matches(ModelReference reference, Place place) {
    return place.name().equals(reference.name())
        && (reference.version().isEmpty() || reference.version().get().equals(place.version()));
  }

  /** Whether there was something to remove. Documents are read only if a variant is named. */
  private boolean removeFrom(Place place, ModelReference reference) throws ModelException {
    if (reference.variant().isEmpty()) {
      parts.shelf().remove(place);
      return true;
    }
    Item item = parts.shelf().read(place);
    List<InstalledVariant> all = item.installed().variants();
    List<InstalledVariant> left =
        all.stream().filter(v -> !v.variant().equals(reference.variant().get())).toList();
    if (left.isEmpty()) {
      parts.shelf().remove(place);
    } else if (left.size() < all.size()) {
      try (BlobStore.Work work = parts.blobs().begin()) {
        parts
            .shelf()
            .write(parts.blobs(), work, item.release(), item.installed().withVariants(left));
      }
    }
    return left.size() < all.size();
  }
}
