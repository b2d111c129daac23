package dev.bantam.runtime.plugin;

import dev.bantam.spi.Plugin;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A plugin that can be used.
 *
 * @param plugin the instance that serves the whole process
 * @param origin for people: {@code the class path}, or its folder
 * @param loader its own class loader; empty for a plugin on the class path
 * @param jars tells when its jars have changed; empty for a plugin on the class path
 */
public record FoundPlugin(Plugin plugin, String origin, Optional<ClassLoader> loader, String jars) {

  public String name() {
    return plugin.name();
  }

  /** Its tasks, sorted. */
  public Set<String> tasks() {
    return new TreeSet<>(plugin.tasks());
  }
}
