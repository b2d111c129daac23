package dev.bantam.models.importer.encoder;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import java.util.List;

/** The encoders that can be imported. */
final class EncoderArchitectures {

  private static final String KEY = "general.architecture";

  private static final List<EncoderArchitecture> ALL =
      List.of(new BertArchitecture(), new DistilBertArchitecture(), new RobertaArchitecture());

  private EncoderArchitectures() {}

  /**
   * @throws ModelException {@code UNSUPPORTED} if it is none of those known
   */
  static EncoderArchitecture of(GgufMetadata metadata) throws ModelException {
    String name = metadata.requireText(KEY);
    for (EncoderArchitecture architecture : ALL) {
      if (architecture.name().equals(name)) {
        return architecture;
      }
    }
    throw metadata.unsupported(
        KEY,
        "encoder \"%s\" is not supported; supported are %s"
            .formatted(name, ALL.stream().map(EncoderArchitecture::name).toList()));
  }
}
