package dev.bantam.runtime.plugin;

import dev.bantam.models.ModelException;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.runtime.config.FileStamps;
import dev.bantam.spi.Plugin;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The jars of one plugin, in a folder that has its name.
 *
 * @param path the folder
 * @param signers whose signature each jar needs; empty if they need none
 */
record PluginFolder(Path path, Optional<TrustedKeys> signers) {

  private static final String SERVICE = "META-INF/services/" + Plugin.class.getName();

  /** The plugins' folders of a place, by name. */
  static List<PluginFolder> under(PluginPlace place) throws PluginException {
    try (Stream<Path> folders = Files.list(place.folder())) {
      return folders
          .filter(Files::isDirectory)
          .sorted()
          .map(path -> new PluginFolder(path, place.signers()))
          .toList();
    } catch (IOException e) {
      throw new PluginException(
          "the plugin folder %s cannot be read: %s".formatted(place.folder(), e), e);
    }
  }

  String name() {
    return String.valueOf(path.getFileName());
  }

  /**
   * Loads the plugin in a class loader of its own.
   *
   * @throws PluginException naming the jar at fault
   */
  FoundPlugin load(ClassLoader runtime) throws PluginException {
    String stamp = FileStamps.of(path);
    PrivateJars jars = copies();
    try {
      requireSigned(jars);
      Path main = mainJar(jars);
      return load(new PluginClassLoader(name(), jars, runtime), main, stamp);
    } catch (PluginException e) {
      deleteQuietly(jars, e);
      throw e;
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  private FoundPlugin load(PluginClassLoader loader, Path main, String stamp)
      throws PluginException {
    try {
      FoundPlugin found =
          new FoundPlugin(instance(loader, main), path.toString(), Optional.of(loader), stamp);
      if (!found.name().equals(name())) {
        throw new PluginException(
            "%s holds the plugin \"%s\", but its folder is called \"%s\"; rename the folder"
                .formatted(main, found.name(), name()));
      }
      return found;
    } catch (PluginException e) {
      closeQuietly(loader, e);
      throw e;
    }
  }

  private static Plugin instance(PluginClassLoader loader, Path main) throws PluginException {
    try {
      List<ServiceLoader.Provider<Plugin>> providers =
          ServiceLoader.load(Plugin.class, loader).stream().toList();
      if (providers.size() != 1) {
        throw new PluginException(
            "%s names %d plugins in %s; it must name one"
                .formatted(main, providers.size(), SERVICE));
      }
      Plugin plugin = providers.get(0).get();
      PluginChecks.check(plugin, main.toString());
      return plugin;
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      throw new PluginException(
          "the plugin in %s cannot be loaded: %s; was it built against this version of Bantam?"
              .formatted(main, rootMessage(e)),
          e);
    }
  }

  private PrivateJars copies() throws PluginException {
    List<Path> jars = jars();
    try {
      return PrivateJars.of(name(), jars);
    } catch (IOException e) {
      throw new PluginException("the plugin jars in %s cannot be copied: %s".formatted(path, e), e);
    }
  }

  /** Before anything in a jar is looked at. */
  private void requireSigned(PrivateJars jars) throws PluginException {
    if (signers.isEmpty()) {
      return;
    }
    for (Path jar : jars.copies().keySet()) {
      try {
        signers.get().verifyBeside(Files.readAllBytes(jars.copies().get(jar)), jar);
      } catch (ModelException e) {
        throw new PluginException("the plugin jar %s".formatted(e.getMessage()), e);
      } catch (IOException e) {
        throw new PluginException("the plugin jar %s cannot be read: %s".formatted(jar, e), e);
      }
    }
  }

  private List<Path> jars() throws PluginException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(path)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new PluginException("the plugin folder %s cannot be read: %s".formatted(path, e), e);
    }
    if (jars.isEmpty()) {
      throw new PluginException("the plugin folder %s holds no jar".formatted(path));
    }
    return jars;
  }

  /**
   * The jar that names the plugin; opens all of them, for a damaged one is skipped silently later.
   */
  private Path mainJar(PrivateJars jars) throws PluginException {
    List<Path> main = new ArrayList<>();
    for (Path jar : jars.copies().keySet()) {
      try (JarFile opened = new JarFile(jars.copies().get(jar).toFile())) {
        if (opened.getEntry(SERVICE) != null) {
          main.add(jar);
        }
      } catch (IOException | SecurityException e) {
        throw new PluginException(
            "the plugin jar %s is damaged (%s); copy it again".formatted(jar, e.getMessage()), e);
      }
    }
    if (main.size() != 1) {
      throw new PluginException(
          "%d of the jars in %s hold %s; one must, with the name of the class that implements %s"
              .formatted(main.size(), path, SERVICE, Plugin.class.getName()));
    }
    return main.get(0);
  }

  static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == error ? String.valueOf(error.getMessage()) : root.toString();
  }

  private static void deleteQuietly(PrivateJars jars, Exception why) {
    try {
      jars.delete();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private static void closeQuietly(PluginClassLoader loader, Exception why) {
    try {
      loader.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }
}
