package dev.bantam.models;

import dev.bantam.spi.ModelReference;
import java.util.List;

/**
 * Outcome of reading every byte of a model's files.
 *
 * @param reference what was asked for
 * @param filesChecked number of files read, each once however many variants share it
 * @param bytesChecked their size by the books
 * @param damaged one entry for each file that is not what it was; empty if all is well
 */
public record VerifyReport(
    ModelReference reference, int filesChecked, long bytesChecked, List<Damaged> damaged) {

  public VerifyReport {
    damaged = List.copyOf(damaged);
  }

  /**
   * A file that must not be used.
   *
   * @param model the variant it belongs to
   * @param role its role in the variant, see {@link dev.bantam.spi.ModelFiles}
   * @param sha256 the digest it should have
   * @param reason what is wrong with it
   * @param repair what to type to make the model whole again
   */
  public record Damaged(
      ModelReference model, String role, String sha256, String reason, String repair) {}

  /** Whether every file is whole. */
  public boolean ok() {
    return damaged.isEmpty();
  }
}
