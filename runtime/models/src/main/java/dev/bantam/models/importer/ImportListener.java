package dev.bantam.models.importer;

import java.util.List;

/** Follows an import. Called by the importing thread. */
@FunctionalInterface
public interface ImportListener {

  /** Listens to nothing. */
  ImportListener NONE = (step, done, total) -> {};

  /**
   * @param step what is worked on, e.g. a tensor's name
   * @param done bytes of the source worked through
   * @param total bytes of the source
   */
  void progress(String step, long done, long total);

  /**
   * Says at the end what has been made of each tensor, in the order in which the model uses them.
   */
  default void converted(List<TensorReport> tensors) {}
}
