package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;

/** What kind of model an installed variant is, which decides who can run it. */
public enum ModelKind {
  /** Writes text, token by token. */
  DECODER,
  /** Reads a text at once: embeddings, classes, spans. */
  ENCODER;

  /**
   * Reads it off the model's configuration.
   *
   * @throws ModelException CORRUPT if that cannot be read
   */
  public static ModelKind of(ModelFiles files) throws ModelException {
    try {
      Path config = files.require(ModelFiles.CONFIG);
      return ConfigJson.readDecoder(config).isPresent() ? DECODER : ENCODER;
    } catch (TaskException e) {
      throw new ModelException(Kind.CORRUPT, e.text(), e);
    }
  }
}
