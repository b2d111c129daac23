package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import java.util.List;

/** The architectures that can be imported. */
public final class Architectures {

  private static final String KEY = "general.architecture";

  private static final List<Architecture> ALL =
      List.of(
          new LlamaArchitecture(),
          new Qwen2Architecture(),
          new Qwen3Architecture(),
          new Gpt2Architecture(),
          new GptNeoxArchitecture(),
          new GemmaArchitecture(),
          new Gemma2Architecture(),
          new Gemma3Architecture(),
          new Phi3Architecture());

  private Architectures() {}

  /**
   * Finds the architecture that a file names.
   *
   * @throws ModelException {@code UNSUPPORTED} if it is none of those known
   */
  public static Architecture of(GgufMetadata metadata) throws ModelException {
    String name = metadata.requireText(KEY);
    for (Architecture architecture : ALL) {
      if (architecture.name().equals(name)) {
        return architecture;
      }
    }
    throw metadata.unsupported(
        KEY,
        "architecture \"%s\" is not supported; supported are %s"
            .formatted(name, ALL.stream().map(Architecture::name).toList()));
  }
}
