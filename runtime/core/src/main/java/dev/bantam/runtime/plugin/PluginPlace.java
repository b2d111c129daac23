package dev.bantam.runtime.plugin;

import dev.bantam.models.trust.TrustedKeys;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where plugins are looked for.
 *
 * @param folder holds one sub-folder of jars for each plugin
 * @param signers whose signature each jar needs, in a file {@code NAME.jar.sig} beside it; empty if
 *     they need none
 */
public record PluginPlace(Path folder, Optional<TrustedKeys> signers) {

  /** Whose jars need no signature. */
  public static PluginPlace of(Path folder) {
    return new PluginPlace(folder, Optional.empty());
  }
}
