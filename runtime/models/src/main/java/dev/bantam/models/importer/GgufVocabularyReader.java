package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.GgufValue.Reals;
import dev.bantam.models.gguf.GgufValue.Wholes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the {@code tokenizer.ggml.*} keys. Absent flags mean what they mean in llama.cpp. {@code
 * add_eos_token} is left out, see decision 0061: it is for texts that are complete, which a prompt
 * is not.
 */
final class GgufVocabularyReader {

  private static final String PREFIX = "tokenizer.ggml.";

  /** Labels whose prompts begin with a begin-of-text token unless the file says otherwise. */
  private static final Set<String> BEGIN_BY_DEFAULT =
      Set.of(
          "llama3",
          "llama-v3",
          "llama-bpe",
          "falcon3",
          "falcon-h1",
          "lfm2",
          "midm-2.0",
          "pixtral",
          "tekken");

  private final GgufMetadata metadata;

  private GgufVocabularyReader(GgufMetadata metadata) {
    this.metadata = metadata;
  }

  /**
   * @throws ModelException {@code MALFORMED} if a key has another type, or a token's id is outside
   *     the vocabulary
   */
  static GgufVocabulary read(GgufMetadata metadata) throws ModelException {
    return new GgufVocabularyReader(metadata).vocabulary();
  }

  private GgufVocabulary vocabulary() throws ModelException {
    String model = metadata.requireText(PREFIX + "model");
    String pre = metadata.text(PREFIX + "pre").orElse("default");
    boolean sentencePiece = model.equals("llama");
    List<String> tokens = metadata.texts(PREFIX + "tokens").orElse(List.of());
    int size = tokens.size();
    return new GgufVocabulary(
        model,
        pre,
        tokens,
        scores(),
        types(),
        metadata.texts(PREFIX + "merges").orElse(List.of()),
        token("bos_token_id", size),
        token("eos_token_id", size),
        token("eot_token_id", size),
        token("unknown_token_id", size),
        metadata
            .flag(PREFIX + "add_bos_token")
            .orElse(sentencePiece || BEGIN_BY_DEFAULT.contains(pre)),
        metadata.flag(PREFIX + "add_space_prefix").orElse(sentencePiece),
        sentencePiece && isPhi3());
  }

  /** No key says so; llama.cpp goes by the name as well. */
  private boolean isPhi3() throws ModelException {
    String name = metadata.text("general.name").orElse("").toLowerCase(Locale.ROOT);
    return metadata.text("general.architecture").orElse("").equals("phi3")
        || name.contains("phi-3")
        || name.contains("phi3");
  }

  private Optional<Integer> token(String name, int size) throws ModelException {
    return metadata.whole(PREFIX + name, 0, Math.max(0, size - 1));
  }

  private List<Float> scores() throws ModelException {
    Optional<Reals> scores = metadata.reals(PREFIX + "scores");
    List<Float> list = new ArrayList<>();
    for (int i = 0; i < scores.map(Reals::size).orElse(0); i++) {
      list.add((float) scores.orElseThrow().get(i));
    }
    return list;
  }

  private List<Integer> types() throws ModelException {
    Optional<Wholes> types = metadata.wholes(PREFIX + "token_type");
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < types.map(Wholes::size).orElse(0); i++) {
      list.add((int) types.orElseThrow().get(i));
    }
    return list;
  }
}
