package dev.bantam.models.importer.encoder;

/**
 * RoBERTa (Liu et al., arXiv 1907.11692) and XLM-RoBERTa: BERT with one token type for all, andn *
 * positions that begin behind the padding token's row.
 */
final class RobertaArchitecture extends PostNormEncoder {

  RobertaArchitecture() {
    super("roberta", Squash.TANH);
  }
}
