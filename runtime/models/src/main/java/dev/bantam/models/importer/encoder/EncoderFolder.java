package dev.bantam.models.importer.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.format.EncoderConfig.Pooling;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.safetensors.ModelFolder;
import dev.bantam.models.importer.safetensors.TransformersConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the JSON files of an encoder's folder say beyond its sizes: transformers' {@code
 * config.json} and {@code tokenizer_config.json}, and those that sentence-transformers adds. All
 * but the first may be missing.
 */
public final class EncoderFolder {

  private static final int MAX_LABELS = 1 << 16;
  private static final int MAX_LABEL = 1 << 10;
  private static final int MAX_PREFIX = 1 << 12;

  /** Above that, tokenizers mean that they know no limit. */
  private static final long NO_LIMIT = 1 << 20;

  private final Path folder;
  private final TransformersConfig config;

  /**
   * @param config the folder's {@code config.json}
   */
  public EncoderFolder(Path folder, TransformersConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * The head that the configuration names; empty if it names none.
   *
   * @throws ModelException {@code UNSUPPORTED} if it is another than those known
   */
  public Optional<Head> head() throws ModelException {
    List<String> names = config.texts("architectures");
    String name = names.isEmpty() ? "" : names.get(0);
    int mark = name.indexOf("For");
    if (mark < 0) {
      return names.isEmpty() ? Optional.empty() : Optional.of(Head.NONE);
    }
    return switch (name.substring(mark)) {
      case "ForMaskedLM", "ForPreTraining", "ForCausalLM" -> Optional.of(Head.NONE);
      case "ForSequenceClassification" -> Optional.of(Head.SEQUENCE);
      case "ForTokenClassification" -> Optional.of(Head.TOKENS);
      case "ForQuestionAnswering" -> Optional.of(Head.SPAN);
      default ->
          throw config.unsupported(
              "architectures",
              "\"%s\" is not supported; supported are the plain model and its heads ForSequenceClassification, ForTokenClassification, ForQuestionAnswering"
                  .formatted(shortened(name)));
    };
  }

  /**
   * The head's labels, by number.
   *
   * @param count of the head's rows
   */
  public List<String> labels(int count) throws ModelException {
    if (count > MAX_LABELS) {
      throw config.malformed("id2label", "a head with %d labels cannot be right".formatted(count));
    }
    Optional<TransformersConfig> named = config.object("id2label");
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      String key = Integer.toString(id);
      Optional<String> label =
          named.isPresent() ? named.get().text(key) : Optional.of("LABEL_" + key);
      if (label.isEmpty() || label.get().length() > MAX_LABEL) {
        throw config.malformed(
            "id2label", "it has no label %d, but the head has %d rows".formatted(id, count));
      }
      labels.add(label.get());
    }
    if (named.isPresent() && named.get().node().size() != count) {
      throw config.malformed(
          "id2label",
          "it has %d labels, but the head has %d rows".formatted(named.get().node().size(), count));
    }
    return labels;
  }

  /**
   * Tokens of a text at most: the least that any of the files says.
   *
   * @param positions that the model has
   */
  public int maxTokens(int positions) throws ModelException {
    long least = positions;
    for (Map.Entry<String, String> place :
        Map.of(
                ModelFolder.SENTENCE_CONFIG, "max_seq_length",
                ModelFolder.TOKENIZER_CONFIG, "model_max_length")
            .entrySet()) {
      Optional<TransformersConfig> file = file(place.getKey());
      JsonNode limit = file.map(f -> f.node().path(place.getValue())).orElse(config.node());
      if (file.isPresent() && limit.isNumber() && limit.doubleValue() < NO_LIMIT) {
        if (limit.doubleValue() < 3) {
          throw file.get().malformed(place.getValue(), "no text fits into so few tokens");
        }
        least = Math.min(least, limit.longValue());
      }
    }
    return (int) least;
  }

  /** The token that fills up. */
  public int padTokenId(int vocabSize, int usual) throws ModelException {
    long id = config.whole("pad_token_id").orElse((long) usual);
    if (id < 0 || id >= vocabSize) {
      throw config.malformed("pad_token_id", "%d is no token of the vocabulary".formatted(id));
    }
    return (int) id;
  }

  /**
   * How hidden states become an embedding.
   *
   * @throws ModelException {@code UNSUPPORTED} if it is another way than those known
   */
  public Pooling pooling() throws ModelException {
    Optional<TransformersConfig> file = file(ModelFolder.POOLING_CONFIG);
    if (file.isEmpty()) {
      return Pooling.NONE;
    }
    TransformersConfig said = file.get();
    List<String> modes = new ArrayList<>();
    said.text("pooling_mode").ifPresent(modes::add);
    for (String key : said.keys()) {
      if (key.startsWith("pooling_mode_") && said.flag(key).orElse(false)) {
        modes.add(key.substring("pooling_mode_".length()));
      }
    }
    String mode = modes.size() == 1 ? modes.get(0) : String.join(" and ", modes);
    return switch (mode) {
      case "mean", "mean_tokens" -> Pooling.MEAN;
      case "cls", "cls_token" -> Pooling.CLS;
      case "lasttoken" -> Pooling.LAST;
      default ->
          throw said.unsupported(
              "pooling_mode",
              "pooling by \"%s\" is not supported; supported are one of mean_tokens, cls_token, lasttoken"
                  .formatted(shortened(mode)));
    };
  }

  /**
   * Whether sentence-transformers scales embeddings to length 1.
   *
   * @throws ModelException {@code UNSUPPORTED} if it does other things after pooling, such as a
   *     further layer
   */
  public boolean normalizes() throws ModelException {
    boolean normalizes = false;
    for (JsonNode module : ModelFolder.modules(folder)) {
      String type = module.path("type").asText();
      String name = type.substring(type.lastIndexOf('.') + 1);
      switch (name) {
        case "Transformer", "Pooling" -> {}
        case "Normalize" -> normalizes = true;
        default ->
            throw new ModelException(
                ModelException.Kind.UNSUPPORTED,
                "%s, type: a module \"%s\" is not supported; supported are Transformer, Pooling, Normalize"
                    .formatted(ModelFolder.MODULES, shortened(name)));
      }
    }
    return normalizes;
  }

  /** What is put in front of texts of a kind. */
  public Map<String, String> prefixes() throws ModelException {
    Map<String, String> prefixes = new TreeMap<>(familyPrefixes());
    Optional<TransformersConfig> file = file(ModelFolder.SENTENCE_TRANSFORMERS_CONFIG);
    Optional<TransformersConfig> prompts =
        file.isPresent() ? file.get().object("prompts") : Optional.empty();
    if (prompts.isPresent()) {
      for (String kind : prompts.get().keys()) {
        String prefix = prompts.get().text(kind).orElse("");
        if (prefix.length() > MAX_PREFIX || kind.length() > MAX_LABEL) {
          throw prompts.get().malformed(shortened(kind), "a prefix cannot be that long");
        }
        if (!prefix.isEmpty()) {
          prefixes.put(kind, prefix);
        }
      }
    }
    return prefixes;
  }

  /** Families whose folders say nothing of the prefixes they were trained with. */
  private Map<String, String> familyPrefixes() throws ModelException {
    String name =
        (config.text("_name_or_path").orElse("") + " " + folder.getFileName())
            .toLowerCase(Locale.ROOT);
    if (name.matches(".*\\b(multilingual-)?e5-(small|base|large)\\b.*")) {
      return Map.of("query", "query: ", "passage", "passage: ");
    }
    if (name.matches(".*\\bbge-(small|base|large)-en\\b.*")) {
      return Map.of("query", "Represent this sentence for searching relevant passages: ");
    }
    return Map.of();
  }

  private Optional<TransformersConfig> file(String name) throws ModelException {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file)
        ? Optional.of(TransformersConfig.read(file))
        : Optional.empty();
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60);
  }
}
