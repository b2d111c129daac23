package dev.bantam.runtime.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes jars of plugins that are compiled on the spot. */
public final class PluginJars {

  private static final String SOURCE =
      """
      package outside;
      import dev.bantam.spi.*;
      import java.util.Set;
      public final class %1$s implements Plugin {
        public String name() { return "%2$s"; }
        public Set<String> tasks() { return Set.of("%3$s"); }
        public LoadedModel load(ModelFiles files, LoadContext context) {
          return (request, sink, cancellation) -> TaskResult.ofText(%4$s);
        }
      }
      """;

  private PluginJars() {}

  /**
   * What is in a plugin.
   *
   * @param type name of its class
   * @param name of the plugin
   * @param task its only one
   * @param answer a Java expression, the text of each answer
   */
  public record Source(String type, String name, String task, String answer) {}

  /**
   * Compiles a plugin.
   *
   * @param scratch a folder for sources and classes
   * @param jar to write
   */
  public static Path compile(Path scratch, Path jar, Source plugin) throws IOException {
    Path source =
        Files.createDirectories(scratch.resolve("src-" + plugin.type()))
            .resolve(plugin.type() + ".java");
    Files.writeString(
        source, SOURCE.formatted(plugin.type(), plugin.name(), plugin.task(), plugin.answer()));
    Path classes = Files.createDirectories(scratch.resolve("classes-" + plugin.type()));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    if (status != 0) {
      throw new IllegalStateException("the plugin does not compile");
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        out.write(Files.readAllBytes(each));
      }
      out.putNextEntry(new JarEntry("META-INF/services/dev.bantam.spi.Plugin"));
      out.write(("outside." + plugin.type() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }
}
