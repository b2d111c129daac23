package dev.bantam.runtime.profile;

import dev.bantam.models.ModelException;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.List;

/** What of a model a plan can choose from. */
@FunctionalInterface
public interface InstalledVariants {

  /**
   * The variants that match a reference, of one version, in the order in which they were installed.
   * Blocking.
   *
   * @throws ModelException if there is none
   */
  List<ModelFiles> of(ModelReference reference) throws ModelException;
}
