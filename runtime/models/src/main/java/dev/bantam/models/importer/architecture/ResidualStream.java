package dev.bantam.models.importer.architecture;

import org.jspecify.annotations.Nullable;

/**
 * The value that runs through all blocks, {@code [sequence, hidden_size]}. A branch that has been
 * added stays apart until the next norm, which adds and normalizes in one node.
 */
final class ResidualStream {

  private String value;
  private @Nullable String branch;

  ResidualStream(String value) {
    this.value = value;
  }

  void add(String addedBranch) {
    if (branch != null) {
      throw new IllegalStateException("a norm must follow each branch");
    }
    branch = addedBranch;
  }

  String value() {
    return value;
  }

  @Nullable String branch() {
    return branch;
  }

  /** The value has taken up the branch, or was cut. */
  void become(String newValue) {
    value = newValue;
    branch = null;
  }
}
