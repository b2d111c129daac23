package dev.bantam.models;

import dev.bantam.spi.ModelFiles;

/**
 * Finds out how large the keys and values of a decoder get, by which a cache of bytes is scaled.
 * That needs the model run, which is not for this module: whoever can run models hands it in.
 */
@FunctionalInterface
public interface CacheCalibration {

  /**
   * Runs a decoder with a cache of floats. Blocking.
   *
   * @throws ModelException if it does not run, or gives no finite numbers
   */
  CacheRanges ranges(ModelFiles variant) throws ModelException;
}
