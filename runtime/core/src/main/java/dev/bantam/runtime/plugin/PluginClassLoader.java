package dev.bantam.runtime.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URLClassLoader;
import java.util.List;

/**
 * Sees the JDK, the plugin's own jars, and of the runtime only the shared packages. A shared class
 * always comes from the runtime, also where the plugin's jars hold a copy of it: otherwise the
 * plugin's {@code Plugin} would not be the runtime's.
 */
final class PluginClassLoader extends URLClassLoader {

  private static final List<String> SHARED =
      List.of(
          "dev.bantam.spi.",
          "dev.bantam.protocol.",
          "dev.bantam.format.",
          "dev.bantam.inference.",
          "dev.bantam.template.",
          "ai.onnxruntime.",
          "org.slf4j.",
          "org.jspecify.");

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader runtime;
  private final PrivateJars jars;

  /**
   * @param jars deleted when this is closed
   * @param runtime gives the shared packages
   */
  PluginClassLoader(String name, PrivateJars jars, ClassLoader runtime)
      throws MalformedURLException {
    super("plugin-" + name, jars.urls(), ClassLoader.getPlatformClassLoader());
    this.runtime = runtime;
    this.jars = jars;
  }

  @Override
  public void close() throws IOException {
    super.close();
    jars.delete();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (SHARED.stream().anyMatch(name::startsWith)) {
      return runtime.loadClass(name);
    }
    return super.loadClass(name, resolve);
  }
}
