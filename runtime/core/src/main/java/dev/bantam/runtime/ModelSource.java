package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.List;

/** Where a runtime finds its models; in the product, the model repository on disk. */
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
}
