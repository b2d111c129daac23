package dev.bantam.runtime;

import dev.bantam.models.Canary;
import dev.bantam.models.ModelException;
import dev.bantam.models.PullListener;
import dev.bantam.runtime.swap.Desired;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.Collection;
import java.util.List;

/** Where a runtime finds its models; in the product, {@link RepositoryModels}. All blocks. */
@FunctionalInterface
public interface ModelSource {

  /**
   * The files of an installed model. Blocking.
   *
   * @param reference version and variant may be left open
   * @param variants which variants to prefer where it is open, the best first
   * @return with version and variant
   */
  ModelFiles resolve(ModelReference reference, List<String> variants) throws ModelException;

  /**
   * All variants of the version that {@link #resolve} would take from, as they were installed.
   *
   * @return empty for a source that offers no choice
   */
  default List<ModelFiles> variants(ModelReference reference) throws ModelException {
    return List.of();
  }

  /**
   * As {@link #resolve}, every byte of the files checked.
   *
   * @throws ModelException CORRUPT if a file is not what was installed
   */
  default ModelFiles verified(ModelReference reference, List<String> variants)
      throws ModelException {
    return resolve(reference, variants);
  }

  /**
   * Brings a model onto this device, unless it is there. Ends with INTERRUPTED if the thread is
   * interrupted.
   *
   * @param wish which model, and from where
   * @param variants which variants to prefer where the wish leaves it open, the best first
   * @param listener told how far it is
   * @return as {@link #resolve}, all files but weights checked byte by byte
   */
  default ModelFiles obtain(Desired wish, List<String> variants, PullListener listener)
      throws ModelException {
    return resolve(wish.model(), variants);
  }

  /**
   * Sees to it that models stay on this device, over restarts.
   *
   * @param holder who needs them; what it held before is given up
   */
  default void hold(String holder, Collection<ModelReference> models) throws ModelException {}

  /** What the author of a model wants it to answer before it serves. */
  default List<Canary> canaries(ModelReference model) throws ModelException {
    return List.of();
  }
}
