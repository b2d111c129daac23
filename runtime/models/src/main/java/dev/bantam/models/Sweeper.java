package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.store.BlobStore;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes blobs that no installed model names. */
final class Sweeper {

  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

  private final BlobStore blobs;
  private final Shelf shelf;

  Sweeper(BlobStore blobs, Shelf shelf) {
    this.blobs = blobs;
    this.shelf = shelf;
  }

  /** Frees space; a failure to do so must not fail what it accompanies. */
  void sweep() {
    try {
      blobs.sweep(this::digestsInUse);
    } catch (ModelException e) {
      if (e.kind() != Kind.INTERRUPTED) {
        LOG.warn("unused files stay for now: {}", e.getMessage());
      }
    }
  }

  /** Digests that installed models name; fails rather than miss one. */
  private Set<String> digestsInUse() throws ModelException {
    Set<String> digests = new TreeSet<>();
    for (Shelf.Place place : shelf.places()) {
      Item item = shelf.read(place);
      for (InstalledVariant variant : item.installed().variants()) {
        variant.files().values().forEach(blob -> digests.add(blob.sha256()));
      }
      if (item.installed().keptSource()) {
        digests.add(item.release().sha256());
      }
    }
    return digests;
  }
}
