package dev.bantam.models;

import dev.bantam.models.store.BlobStore;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What all operations of a repository work on.
 *
 * @param root its folder, absolute
 */
record Parts(
    Path root,
    BlobStore blobs,
    Shelf shelf,
    Finder finder,
    NameLocks locks,
    Sweeper sweeper,
    Holds holds,
    Aliases aliases,
    Terms terms) {

  /** Those below a folder, which is created if absent. */
  static Parts open(Path folder, Duration lockLimit) throws ModelException {
    Path root = folder.toAbsolutePath().normalize();
    BlobStore blobs = BlobStore.open(root);
    Shelf shelf = new Shelf(root);
    Aliases aliases = new Aliases(root, blobs);
    return new Parts(
        root,
        blobs,
        shelf,
        new Finder(shelf, blobs, aliases),
        new NameLocks(root, lockLimit),
        new Sweeper(blobs, shelf),
        new Holds(root, blobs, aliases),
        aliases,
        new Terms(root, blobs));
  }

  /** What holders and aliases name. */
  List<ModelReference> kept() throws ModelException {
    List<ModelReference> kept = new ArrayList<>(aliases.all().values());
    holds.all().forEach(hold -> kept.addAll(hold.models()));
    return kept;
  }
}
