package dev.bantam.runtime.plugin;

import dev.bantam.documents.NearestName;
import dev.bantam.runtime.config.FileStamps;
import dev.bantam.spi.Plugin;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of one process. Only those that are wanted are loaded: a folder of another name is
 * never opened, and of the class path's other plugins only the name is asked. Closing gives the
 * class loaders back; do it after the last model of the plugins is closed.
 */
public final class PluginRegistry implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PluginRegistry.class);
  private static final String CLASS_PATH = "the class path";

  private final Map<String, FoundPlugin> plugins = new LinkedHashMap<>();
  private final List<FoundPlugin> replaced = new ArrayList<>();
  private final List<PluginPlace> places;
  private final ClassLoader runtime;

  private PluginRegistry(List<PluginPlace> places, ClassLoader runtime) {
    this.places = List.copyOf(places);
    this.runtime = runtime;
  }

  /** As the other, of folders whose jars need no signature. */
  public static PluginRegistry load(Set<String> wanted, List<Path> folders, ClassLoader runtime)
      throws PluginException {
    return loadFrom(wanted, folders.stream().map(PluginPlace::of).toList(), runtime);
  }

  /**
   * Finds and loads plugins.
   *
   * @param wanted names of the plugins to load
   * @param places folders that hold one sub-folder of jars for each plugin
   * @param runtime the class loader of the runtime, whose class path is searched too
   * @throws PluginException if one is not there, is there twice, or cannot be loaded
   */
  public static PluginRegistry loadFrom(
      Set<String> wanted, List<PluginPlace> places, ClassLoader runtime) throws PluginException {
    PluginRegistry registry = new PluginRegistry(places, runtime);
    try {
      registry.fill(new TreeSet<>(wanted));
      return registry;
    } catch (PluginException e) {
      registry.close();
      throw e;
    }
  }

  /** Names of the plugins that are there, of which none is loaded from a folder. */
  public static Set<String> names(List<PluginPlace> places, ClassLoader runtime)
      throws PluginException {
    Set<String> names = new TreeSet<>();
    onClassPath(runtime, new ArrayList<>()).forEach(plugin -> names.add(plugin.name()));
    for (PluginPlace place : places) {
      PluginFolder.under(place).forEach(folder -> names.add(folder.name()));
    }
    return names;
  }

  private void fill(Set<String> wanted) throws PluginException {
    Set<String> known = new TreeSet<>();
    List<String> broken = new ArrayList<>();
    for (Plugin plugin : onClassPath(runtime, broken)) {
      known.add(plugin.name());
      if (wanted.contains(plugin.name())) {
        PluginChecks.check(plugin, CLASS_PATH);
        add(new FoundPlugin(plugin, CLASS_PATH, Optional.empty(), ""));
      }
    }
    for (PluginPlace place : places) {
      for (PluginFolder folder : PluginFolder.under(place)) {
        known.add(folder.name());
        if (wanted.contains(folder.name())) {
          add(folder.load(runtime));
        }
      }
    }
    requireAll(wanted, known, broken);
  }

  private static List<Plugin> onClassPath(ClassLoader runtime, List<String> broken) {
    List<Plugin> found = new ArrayList<>();
    Iterator<Plugin> plugins = ServiceLoader.load(Plugin.class, runtime).iterator();
    boolean more = true;
    while (more) {
      try {
        more = plugins.hasNext();
        if (more) {
          found.add(plugins.next());
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        LOG.warn("a plugin on the class path cannot be loaded", e);
        broken.add(PluginFolder.rootMessage(e));
      }
    }
    return found;
  }

  private void add(FoundPlugin found) throws PluginException {
    FoundPlugin other = plugins.putIfAbsent(found.name(), found);
    if (other != null) {
      closeLoader(found);
      throw new PluginException(
          "plugin %s is there twice: on %s and on %s; remove one"
              .formatted(found.name(), other.origin(), found.origin()));
    }
  }

  private void requireAll(Set<String> wanted, Set<String> known, List<String> broken)
      throws PluginException {
    for (String name : wanted) {
      if (!plugins.containsKey(name)) {
        throw new PluginException(
            "there is no plugin \"%s\"%s%s"
                .formatted(
                    name,
                    NearestName.hint(name, known),
                    broken.isEmpty() ? "" : "; not loadable: " + String.join("; ", broken)));
      }
    }
  }

  /**
   * Loads those plugins anew whose jars have changed, each in a further class loader. The ones in
   * use stay as they are.
   *
   * @return the new ones; to be given to {@link #use} or {@link #discard}
   * @throws PluginException if one of them cannot be loaded
   */
  public List<FoundPlugin> changed() throws PluginException {
    List<FoundPlugin> fresh = new ArrayList<>();
    try {
      for (PluginPlace place : places) {
        for (PluginFolder folder : PluginFolder.under(place)) {
          if (hasChanged(folder)) {
            fresh.add(folder.load(runtime));
          }
        }
      }
      return fresh;
    } catch (PluginException e) {
      fresh.forEach(this::discard);
      throw e;
    }
  }

  private synchronized boolean hasChanged(PluginFolder folder) {
    FoundPlugin used = plugins.get(folder.name());
    return used != null && !used.jars().equals(FileStamps.of(folder.path()));
  }

  /** From now on the plugin is this one; the one before stays open, for models may need it. */
  public synchronized void use(FoundPlugin fresh) {
    FoundPlugin before = plugins.put(fresh.name(), fresh);
    if (before != null) {
      replaced.add(before);
    }
  }

  /** Gives up a plugin that is not used. */
  public void discard(FoundPlugin fresh) {
    closeLoader(fresh);
  }

  /** Closes replaced plugins but these. */
  public synchronized void closeReplaced(Collection<FoundPlugin> needed) {
    replaced.stream().filter(old -> !needed.contains(old)).forEach(PluginRegistry::closeLoader);
    replaced.retainAll(needed);
  }

  /** A loaded plugin. */
  public synchronized FoundPlugin get(String name) {
    FoundPlugin found = plugins.get(name);
    if (found == null) {
      throw new IllegalArgumentException("plugin %s was not asked for".formatted(name));
    }
    return found;
  }

  /** All loaded plugins, by name. */
  public synchronized List<FoundPlugin> all() {
    return List.copyOf(plugins.values());
  }

  @Override
  public synchronized void close() {
    closeReplaced(List.of());
    plugins.values().forEach(PluginRegistry::closeLoader);
    plugins.clear();
  }

  private static void closeLoader(FoundPlugin found) {
    if (found.loader().orElse(null) instanceof Closeable loader) {
      try {
        loader.close();
      } catch (IOException e) {
        LOG.warn("closing the jars of plugin {} failed", found.name(), e);
      }
    }
  }
}
