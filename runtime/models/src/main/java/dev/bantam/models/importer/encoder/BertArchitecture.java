package dev.bantam.models.importer.encoder;

/** BERT (Devlin et al., arXiv 1810.04805). TinyBERT and MiniLM are such, in small. */
final class BertArchitecture extends PostNormEncoder {

  BertArchitecture() {
    super("bert", Squash.TANH);
  }
}
