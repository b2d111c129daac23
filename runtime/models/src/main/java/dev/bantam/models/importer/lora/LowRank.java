package dev.bantam.models.importer.lora;

import dev.bantam.models.ModelException;

/**
 * What an adapter adds to one matrix, {@code scale * B A}.
 *
 * @param rank rows of A and columns of B
 * @param columns of A and of the matrix
 * @param rows of B and of the matrix
 * @param scale of the product
 * @param loader reads the two factors
 */
record LowRank(int rank, int columns, int rows, float scale, Loader loader) {

  /**
   * Both factors, row by row.
   *
   * @param a {@code [rank, columns]}
   * @param b {@code [rows, rank]}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from the reader to one user
  record Factors(float[] a, float[] b) {}

  /** Reads the factors. */
  @FunctionalInterface
  interface Loader {
    Factors load() throws ModelException;
  }
}
