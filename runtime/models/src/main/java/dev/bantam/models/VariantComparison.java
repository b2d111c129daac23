package dev.bantam.models;

import dev.bantam.spi.ModelFiles;
import java.util.Optional;

/**
 * Finds out how far a quantized variant is from the floats that it was made of. That needs the
 * model run, which is not for this module: whoever can run models hands it in.
 */
@FunctionalInterface
public interface VariantComparison {

  /** Compares nothing. */
  VariantComparison NONE = (reference, variant) -> Optional.empty();

  /**
   * Runs both. Blocking.
   *
   * @param reference the variant in floats
   * @param variant the other, of the same model
   * @return empty if nothing is known of it
   * @throws ModelException if one of them does not run
   */
  Optional<VariantError> compare(ModelFiles reference, ModelFiles variant) throws ModelException;
}
