package dev.bantam.models.importer.encoder;

import dev.bantam.models.importer.graph.Operator;

/** What stands between the two layers of a head. */
enum Squash {
  TANH(Operator.TANH),
  RELU(Operator.RELU);

  private final Operator operator;

  Squash(Operator operator) {
    this.operator = operator;
  }

  Operator operator() {
    return operator;
  }
}
