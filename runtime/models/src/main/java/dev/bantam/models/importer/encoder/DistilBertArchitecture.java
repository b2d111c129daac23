package dev.bantam.models.importer.encoder;

/** DistilBERT (Sanh et al., arXiv 1910.01108): BERT without token types; its head has ReLU. */
final class DistilBertArchitecture extends PostNormEncoder {

  DistilBertArchitecture() {
    super("distilbert", Squash.RELU);
  }
}
