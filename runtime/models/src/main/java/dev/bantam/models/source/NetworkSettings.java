package dev.bantam.models.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a site reaches servers that have models.
 *
 * @param caFile PEM file of authorities that are trusted beside those of the JDK
 */
public record NetworkSettings(Optional<Path> caFile) {

  /** As the JDK and the environment say. */
  public static final NetworkSettings DEFAULT = new NetworkSettings(Optional.empty());
}
