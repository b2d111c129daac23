package dev.bantam.runtime.plugin;

import dev.bantam.spi.Plugin;
import java.util.regex.Pattern;

/** What a plugin must say of itself to be usable. */
final class PluginChecks {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private PluginChecks() {}

  static void check(Plugin plugin, String origin) throws PluginException {
    String type = plugin.getClass().getName();
    String name = String.valueOf(plugin.name());
    if (!NAME.matcher(name).matches()) {
      throw new PluginException(
          "%s in %s calls itself \"%s\"; a plugin's name is 1 to 63 lower case letters, digits and '-'"
              .formatted(type, origin, name));
    }
    if (plugin.tasks() == null || plugin.tasks().isEmpty()) {
      throw new PluginException("plugin %s (%s) in %s has no task".formatted(name, type, origin));
    }
    for (String task : plugin.tasks()) {
      if (!NAME.matcher(task).matches()) {
        throw new PluginException(
            "plugin %s in %s has the task \"%s\"; a task's name is 1 to 63 lower case letters, digits and '-'"
                .formatted(name, origin, task));
      }
    }
  }
}
