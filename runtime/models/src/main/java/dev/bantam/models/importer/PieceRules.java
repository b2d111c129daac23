package dev.bantam.models.importer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/** How a kind of vocabulary cuts text and joins pieces, in the terms of {@code tokenizer.json}. */
interface PieceRules {

  /** Takes merges, best first. */
  interface MergeSink {
    void merge(String left, String right) throws IOException;
  }

  JsonNode normalizer();

  JsonNode preTokenizer();

  JsonNode decoder();

  /** Whether what is no piece becomes bytes. */
  boolean byteFallback();

  /** Whether a word that is a token itself is taken whole. */
  boolean ignoresMerges();

  /** The token for what cannot be encoded. */
  Optional<String> unknown();

  /** Gives all merges, also those whose pieces the vocabulary lacks. */
  void forEachMerge(MergeSink sink) throws IOException;
}
