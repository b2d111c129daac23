package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import java.util.List;

/**
 * How transformers names and stores a family of models.
 *
 * @param modelTypes values of {@code model_type} in {@code config.json}
 * @param architecture the family as GGUF's {@code general.architecture} names it
 * @param names of its tensors
 * @param keys takes its configuration over
 */
record Family(List<String> modelTypes, String architecture, NameTable names, Keys keys) {

  Family {
    modelTypes = List.copyOf(modelTypes);
  }

  boolean isEncoder() {
    return EncoderFamilies.ALL.contains(this);
  }

  /** Takes a configuration over into GGUF's keys. */
  @FunctionalInterface
  interface Keys {
    void translate(Translation target) throws ModelException;
  }
}
