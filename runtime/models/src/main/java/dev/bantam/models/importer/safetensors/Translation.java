package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Takes a {@code config.json} over into GGUF's keys, and remembers where each came from, so that
 * errors speak of what is in the folder. Also collects tensors that the configuration stands for.
 */
final class Translation {

  private final TransformersConfig config;
  private final String architecture;
  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final Map<String, String> origins = new LinkedHashMap<>();
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();

  Translation(TransformersConfig config, String architecture) {
    this.config = config;
    this.architecture = architecture;
    values.put("general.architecture", new GgufValue.Text(architecture));
    origins.put("general.architecture", "model_type");
    config
        .plainText("_name_or_path")
        .ifPresent(name -> values.put("general.name", new GgufValue.Text(name)));
  }

  TransformersConfig config() {
    return config;
  }

  /** Takes a whole number over, if it is there. */
  Translation whole(String key, String name) throws ModelException {
    Optional<Long> value = config.whole(name);
    value.ifPresent(number -> values.put(full(key), new GgufValue.Whole(number)));
    origins.put(full(key), name);
    return this;
  }

  /** Takes a whole number over, or what it is if it is not there. */
  Translation whole(String key, String name, long absent) throws ModelException {
    values.put(full(key), new GgufValue.Whole(config.whole(name).orElse(absent)));
    origins.put(full(key), name);
    return this;
  }

  /** Takes a number over, if it is there. */
  Translation real(String key, String name) throws ModelException {
    OptionalDouble value = config.real(name);
    if (value.isPresent()) {
      values.put(full(key), new GgufValue.Real(value.getAsDouble()));
    }
    origins.put(full(key), name);
    return this;
  }

  /** Takes a number over, or what it is if it is not there. */
  Translation real(String key, String name, double absent) throws ModelException {
    return put(key, name, new GgufValue.Real(config.real(name).orElse(absent)));
  }

  /** Takes a number over, if it is there; a null that is written out is 0. */
  Translation realOrNull(String key, String name) throws ModelException {
    return config.node().path(name).isNull()
        ? put(key, name, new GgufValue.Real(0))
        : real(key, name);
  }

  /** Takes a text over, or what it is if it is not there. */
  Translation text(String key, String name, String absent) throws ModelException {
    return put(key, name, new GgufValue.Text(config.text(name).orElse(absent)));
  }

  /** Puts what was made of {@code origin}. */
  Translation put(String key, String origin, GgufValue value) {
    values.put(full(key), value);
    origins.put(full(key), origin);
    return this;
  }

  /** Adds a tensor that llama.cpp's converter would have computed. */
  Translation tensor(String name, float[] numbers) {
    tensors.put(name, TensorView.floats(numbers));
    return this;
  }

  /** A number that must be there. */
  int require(String name, int most) throws ModelException {
    long value = config.whole(name).orElseThrow(() -> config.malformed(name, "the key is missing"));
    if (value < 1 || value > most) {
      throw config.malformed(name, "%d is not between 1 and %d".formatted(value, most));
    }
    return (int) value;
  }

  /**
   * Refuses a model whose activation is another than its family's, for it would answer wrongly.
   *
   * @param names all that mean the family's activation
   */
  Translation activation(String key, String... names) throws ModelException {
    Optional<String> found = config.text(key);
    if (found.isPresent() && !List.of(names).contains(found.get())) {
      throw config.unsupported(
          key,
          "activation \"%s\" is not supported for \"%s\"; supported are %s"
              .formatted(found.get(), architecture, List.of(names)));
    }
    return this;
  }

  /** Refuses a model that has a flag set. */
  Translation refuse(String flag) throws ModelException {
    if (config.flag(flag).orElse(false)) {
      throw config.unsupported(flag, "this is not supported");
    }
    return this;
  }

  GgufMetadata metadata() {
    return new GgufMetadata(new ConfigFaults(), Map.copyOf(values));
  }

  Map<String, TensorView> tensors() {
    return tensors;
  }

  private String full(String key) {
    return architecture + "." + key;
  }

  private final class ConfigFaults implements GgufMetadata.Faults {

    @Override
    public ModelException malformed(String key, String problem) {
      return config.malformed(origins.getOrDefault(key, key), problem);
    }

    @Override
    public ModelException unsupported(String key, String problem) {
      return config.unsupported(origins.getOrDefault(key, key), problem);
    }
  }
}
