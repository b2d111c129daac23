package dev.bantam.models.importer.lora;

/** Which row of an adapter belongs to a row of a model's matrix. */
@FunctionalInterface
interface RowOrder {

  int adapterRow(int modelRow);

  /**
   * The model's rotated pairs are neighbours, the adapter's half a head apart.
   *
   * @param half rows of half a head
   */
  static RowOrder halvesForNeighbours(int half) {
    return row -> {
      int within = row % (2 * half);
      return row - within + within % 2 * half + within / 2;
    };
  }

  /** The other way about. */
  static RowOrder neighboursForHalves(int half) {
    return row -> {
      int within = row % (2 * half);
      return row - within + within % half * 2 + within / half;
    };
  }
}
