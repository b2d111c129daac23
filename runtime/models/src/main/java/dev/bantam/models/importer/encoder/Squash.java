package dev.bantam.models.importer.encoder;

/** What stands between the two layers of a head. */
enum Squash {
  TANH("Tanh"),
  RELU("Relu");

  private final String operator;

  Squash(String operator) {
    this.operator = operator;
  }

  String operator() {
    return operator;
  }
}
