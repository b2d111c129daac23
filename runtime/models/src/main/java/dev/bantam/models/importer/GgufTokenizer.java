package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.importer.source.EndTokens;
import dev.bantam.models.importer.source.SourceTokenizer;
import dev.bantam.models.store.BlobOutput;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A GGUF's tokenizer, and what the generation loop must know of it. */
final class GgufTokenizer {

  private GgufTokenizer() {}

  static SourceTokenizer of(GgufMetadata metadata) throws ModelException {
    GgufVocabulary vocabulary = GgufVocabularyReader.read(metadata);
    TokenizerJson json = TokenizerJson.of(vocabulary);
    return new SourceTokenizer(
        target -> BlobOutput.write(target, json::write),
        vocabulary.bos(),
        vocabulary.addBos() && vocabulary.bos().isPresent(),
        stopTokens(vocabulary),
        vocabulary.bos().map(vocabulary.tokens()::get),
        vocabulary.eos().map(vocabulary.tokens()::get),
        metadata.text("tokenizer.chat_template"));
  }

  /** The tokens that the file names as ends, and those that are one in any family. */
  private static List<Integer> stopTokens(GgufVocabulary vocabulary) {
    Set<Integer> stops = new TreeSet<>();
    vocabulary.eos().ifPresent(stops::add);
    vocabulary.eot().ifPresent(stops::add);
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      if (EndTokens.ALL.contains(vocabulary.tokens().get(id)) && !isNormal(vocabulary, id)) {
        stops.add(id);
      }
    }
    return List.copyOf(stops);
  }

  /** A normal token of that text is text that a user may write. */
  private static boolean isNormal(GgufVocabulary vocabulary, int id) {
    return id < vocabulary.types().size() && vocabulary.types().get(id) == 1;
  }
}
