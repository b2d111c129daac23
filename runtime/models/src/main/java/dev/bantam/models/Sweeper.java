package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.BlobStore.Unused;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
      Optional<Unused> unused = collect();
    } catch (ModelException e) {
      if (e.kind() != Kind.INTERRUPTED) {
        LOG.warn("unused files stay for now: {}", e.getMessage());
      }
    }
  }

  /** Frees space; see {@link BlobStore#sweep}. */
  Optional<Unused> collect() throws ModelException {
    return blobs.sweep(() -> digestsInUse(List.of()));
  }

  /**
   * What a sweep would take if some versions were no more.
   *
   * @throws ModelException CORRUPT if a version's documents cannot be read, so that nothing can be
   *     swept
   */
  Unused unused(Collection<Place> without) throws ModelException {
    return blobs.unused(() -> digestsInUse(without));
  }

  /** Digests that installed models name; fails rather than miss one. */
  private Set<String> digestsInUse(Collection<Place> without) throws ModelException {
    Set<String> digests = new TreeSet<>();
    for (Place place : shelf.places()) {
      if (!without.contains(place)) {
        Item item = shelf.read(place);
        item.blobs().forEach(blob -> digests.add(blob.sha256()));
      }
    }
    return digests;
  }
}
