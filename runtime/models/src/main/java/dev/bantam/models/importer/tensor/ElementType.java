package dev.bantam.models.importer.tensor;

/** Element types of the weights that an import writes. */
public enum ElementType {
  FLOAT(Float.BYTES),
  UINT8(1),
  INT8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }
}
