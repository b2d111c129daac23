package dev.bantam.models.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory.GraphForm;
import dev.bantam.format.EncoderConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a catalog tells of a model so that its need of memory is known before it is here: the key
 * {@code memory} of an entry. {@code bantam model show NAME --for-catalog} writes it.
 *
 * @param decoder sizes of a decoder; there is this or {@code encoder}
 * @param encoder sizes of an encoder
 * @param variants by name, in the order in which a plan prefers them where nobody else does
 */
public record MemoryFigures(
    Optional<Decoder> decoder, Optional<Encoder> encoder, Map<String, Variant> variants) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .addModule(new Jdk8Module())
          .build();

  /**
   * @throws IllegalArgumentException if it is of neither kind of model, or of no variant
   */
  @SuppressWarnings("ConstantValue")
  public MemoryFigures {
    if (decoder.isPresent() == encoder.isPresent()) {
      throw new IllegalArgumentException(
          "give the sizes of either a \"decoder\" or an \"encoder\"");
    }
    if (variants == null || variants.isEmpty()) {
      throw new IllegalArgumentException("give \"variants\", each with its \"weights\" in bytes");
    }
    variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
  }

  /** What of a {@link DecoderConfig} decides about memory; the same words. */
  public record Decoder(
      int layers,
      int heads,
      int kvHeads,
      int headSize,
      int hiddenSize,
      int vocabSize,
      int contextLength) {

    public Decoder {
      requirePositive("layers", layers);
      requirePositive("heads", heads);
      requirePositive("kv_heads", kvHeads);
      requirePositive("head_size", headSize);
      requirePositive("hidden_size", hiddenSize);
      requirePositive("vocab_size", vocabSize);
      requirePositive("context_length", contextLength);
    }

    public static Decoder of(DecoderConfig config) {
      return new Decoder(
          config.layers(),
          config.heads(),
          config.kvHeads(),
          config.headSize(),
          config.hiddenSize(),
          config.vocabSize(),
          config.contextLength());
    }

    /** A configuration of which nothing else is known. */
    DecoderConfig config() {
      return new DecoderConfig(
          DecoderConfig.FORMAT,
          "",
          layers,
          heads,
          kvHeads,
          headSize,
          hiddenSize,
          vocabSize,
          contextLength,
          Optional.empty(),
          Optional.empty(),
          false,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /** What of an {@link EncoderConfig} decides about memory; the same words. */
  public record Encoder(int layers, int heads, int hiddenSize, int vocabSize, int maxTokens) {

    public Encoder {
      requirePositive("layers", layers);
      requirePositive("heads", heads);
      requirePositive("hidden_size", hiddenSize);
      requirePositive("vocab_size", vocabSize);
      requirePositive("max_tokens", maxTokens);
    }

    public static Encoder of(EncoderConfig config) {
      return new Encoder(
          config.layers(),
          config.heads(),
          config.hiddenSize(),
          config.vocabSize(),
          config.maxTokens());
    }

    /** A configuration of which nothing else is known. */
    EncoderConfig config() {
      return new EncoderConfig(
          EncoderConfig.FORMAT,
          "",
          layers,
          heads,
          hiddenSize,
          vocabSize,
          maxTokens,
          0,
          false,
          EncoderConfig.Head.NONE,
          List.of(),
          EncoderConfig.Pooling.NONE,
          false,
          Map.of());
    }
  }

  /**
   * One variant.
   *
   * @param weights what ONNX Runtime keeps of the graph's weights in memory of its own, in bytes
   * @param singleTextWeights of an encoder the same of the graph that a text alone runs in; empty
   *     if that is the same graph
   * @param graph of a decoder how its graph takes memory; empty for one that Bantam makes
   */
  public record Variant(
      @JsonProperty(required = true) long weights,
      Optional<Long> singleTextWeights,
      Optional<GraphForm> graph) {

    public Variant {
      requirePositive("weights", weights);
      singleTextWeights.ifPresent(bytes -> requirePositive("single_text_weights", bytes));
      graph.ifPresent(form -> requirePositive("cache_element", form.cacheElement()));
    }
  }

  private static void requirePositive(String key, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("\"%s\" must be more than 0".formatted(key));
    }
  }

  /**
   * Reads the value of the key.
   *
   * @throws IllegalArgumentException if it is not of this form
   */
  static MemoryFigures parse(JsonNode value) {
    try {
      return JSON.treeToValue(value, MemoryFigures.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(
          e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** The value of the key, as {@code --json} prints it. */
  public JsonNode json() {
    return JSON.valueToTree(this);
  }

  /** The key as it stands in a catalog's entry: lines of YAML, one for each variant. */
  public List<String> yaml() {
    List<String> lines = new ArrayList<>(List.of("memory:"));
    decoder.ifPresent(sizes -> lines.add("  decoder: " + flow(JSON.valueToTree(sizes))));
    encoder.ifPresent(sizes -> lines.add("  encoder: " + flow(JSON.valueToTree(sizes))));
    lines.add("  variants:");
    variants.forEach(
        (name, variant) ->
            lines.add("    %s: %s".formatted(name, flow(JSON.valueToTree(variant)))));
    return lines;
  }

  private static String flow(JsonNode node) {
    if (!node.isObject()) {
      return node.asText();
    }
    List<String> pairs = new ArrayList<>();
    node.fields().forEachRemaining(e -> pairs.add(e.getKey() + ": " + flow(e.getValue())));
    return "{" + String.join(", ", pairs) + "}";
  }
}
