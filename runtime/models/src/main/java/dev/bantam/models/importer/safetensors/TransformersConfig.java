package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bantam.models.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One object of a {@code config.json}, checked as it is read: a key of another type is an error
 * that names it. A null counts as absent, as it does in transformers.
 *
 * @param path where the object lies in the file: empty, or e.g. {@code text_config.}
 */
public record TransformersConfig(Path file, String path, JsonNode node) {

  /** The file's largest sensible size, in bytes. */
  private static final long MAX_BYTES = 1 << 20;

  public static TransformersConfig read(Path file) throws ModelException {
    return new TransformersConfig(file, "", JsonFile.read(file, MAX_BYTES));
  }

  private Optional<JsonNode> value(String key) {
    JsonNode value = node.path(key);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** All keys, in the file's order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  public boolean has(String key) {
    return value(key).isPresent();
  }

  /** The object of that name. */
  public Optional<TransformersConfig> object(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    if (value.isPresent() && !value.get().isObject()) {
      throw malformed(key, "it is no object");
    }
    return value.map(object -> new TransformersConfig(file, path + key + ".", object));
  }

  public Optional<String> text(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    if (value.isPresent() && !value.get().isTextual()) {
      throw malformed(key, "it is no string");
    }
    return value.map(JsonNode::textValue);
  }

  /** A text that may as well be anything else, which is as if it were absent. */
  public Optional<String> plainText(String key) {
    return Optional.ofNullable(node.path(key).textValue());
  }

  public Optional<Boolean> flag(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw malformed(key, "it is no boolean");
    }
    return value.map(JsonNode::booleanValue);
  }

  public Optional<Long> whole(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    if (value.isPresent() && !(value.get().isIntegralNumber() && value.get().canConvertToLong())) {
      throw malformed(key, "it is no whole number");
    }
    return value.map(JsonNode::longValue);
  }

  /** A finite number. */
  OptionalDouble real(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!value.get().isNumber() || !Double.isFinite(value.get().doubleValue())) {
      throw malformed(key, "it is no finite number");
    }
    return OptionalDouble.of(value.get().doubleValue());
  }

  /** A list of finite numbers; of exactly {@code size}. */
  float[] reals(String key, int size) throws ModelException {
    JsonNode list = node.path(key);
    if (!list.isArray() || list.size() != size) {
      throw malformed(key, "it is no list of %d numbers".formatted(size));
    }
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) list.get(i).asDouble(Double.NaN);
      if (!list.get(i).isNumber() || !Float.isFinite(numbers[i])) {
        throw malformed(key, "it holds what is no finite number");
      }
    }
    return numbers;
  }

  /** A list of strings; empty if absent. */
  public List<String> texts(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value.orElse(MissingNode.getInstance())) {
      if (!text.isTextual()) {
        throw malformed(key, "it is no list of strings");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /** Whole numbers: one, or a list of them; empty if absent. */
  List<Long> wholes(String key) throws ModelException {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty() || !value.get().isArray()) {
      return whole(key).stream().toList();
    }
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : value.get()) {
      if (!number.isIntegralNumber() || !number.canConvertToLong()) {
        throw malformed(key, "it is no list of whole numbers");
      }
      numbers.add(number.longValue());
    }
    return numbers;
  }

  public ModelException malformed(String key, String problem) {
    return FolderErrors.malformed(file, path + key, problem);
  }

  public ModelException unsupported(String key, String problem) {
    return FolderErrors.unsupported(file, path + key, problem);
  }
}
