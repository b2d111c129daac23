package dev.bantam.runtime.config;

import dev.bantam.models.GarbageRule;
import dev.bantam.models.PullSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code models} of {@code bantam.yaml}.
 *
 * @param folder of installed models; empty for {@code models} under home
 * @param catalogs catalog files, whose entries go over Bantam's own
 * @param pulling what may be fetched from where, and who must have signed it
 * @param keep how many versions of each model stay, whether or not a slot needs them
 */
public record ModelsConfig(
    Optional<Path> folder, List<Path> catalogs, PullSettings pulling, int keep) {

  /** All defaults. */
  public static final ModelsConfig DEFAULTS =
      new ModelsConfig(Optional.empty(), List.of(), PullSettings.DEFAULT, GarbageRule.KEEP);

  public ModelsConfig {
    catalogs = List.copyOf(catalogs);
  }
}
