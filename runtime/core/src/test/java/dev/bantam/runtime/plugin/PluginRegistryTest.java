package dev.bantam.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.models.trust.KeyFile;
import dev.bantam.models.trust.SigningKey;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskRequest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginRegistryTest {

  @TempDir Path temp;

  private Path folder;
  private ClassLoader runtime;

  @BeforeEach
  void setUp() throws IOException {
    folder = Files.createDirectories(temp.resolve("plugins"));
    runtime = new URLClassLoader(new URL[0], withoutPlugins());
  }

  /** The test's class path without plugins on it. */
  private static ClassLoader withoutPlugins() {
    return new ClassLoader(PluginRegistryTest.class.getClassLoader()) {
      @Override
      public java.util.Enumeration<URL> getResources(String name) throws IOException {
        return name.startsWith("META-INF/services/dev.bantam")
            ? java.util.Collections.emptyEnumeration()
            : super.getResources(name);
      }
    };
  }

  private Path jar(String subfolder, String type, String name, String task, String answer)
      throws IOException {
    return PluginJars.compile(
        temp,
        Files.createDirectories(folder.resolve(subfolder)).resolve(type + ".jar"),
        new PluginJars.Source(type, name, task, answer));
  }

  private PluginRegistry load(String... wanted) throws PluginException {
    return PluginRegistry.load(Set.of(wanted), List.of(folder), runtime);
  }

  @Test
  void shouldLoadOnlyJarsThatATrustedKeyHasSigned() throws Exception {
    // Given
    Path jar = jar("one", "One", "one", "one", "\"1\"");
    Path signature = jar.resolveSibling("One.jar.sig");
    SigningKey.generate(temp.resolve("key.pem"), temp.resolve("key.pub.pem"));
    SigningKey.generate(temp.resolve("other.pem"), temp.resolve("other.pub.pem"));
    TrustedKeys keys =
        new TrustedKeys(
            Map.of("key", KeyFile.readPublic(temp.resolve("key.pub.pem"))), "plugins.trusted_keys");
    PluginPlace place = new PluginPlace(folder, Optional.of(keys));

    // Then
    assertThatThrownBy(() -> PluginRegistry.loadFrom(Set.of("one"), List.of(place), runtime))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining(jar + " is not signed")
        .hasMessageContaining("key (plugins.trusted_keys)");
    sign(jar, "other.pem", "other");
    assertThatThrownBy(() -> PluginRegistry.loadFrom(Set.of("one"), List.of(place), runtime))
        .hasMessageContaining("\"other\", which plugins.trusted_keys does not list; it lists key");
    sign(jar, "key.pem", "key");
    try (PluginRegistry registry =
        PluginRegistry.loadFrom(Set.of("one"), List.of(place), runtime)) {
      assertThat(answer(registry.get("one").plugin())).isEqualTo("1");
    }
    // And one more jar of the same folder needs its own
    Files.copy(jar, jar.resolveSibling("library.jar"));
    assertThatThrownBy(() -> PluginRegistry.loadFrom(Set.of("one"), List.of(place), runtime))
        .hasMessageContaining("library.jar is not signed");
    Files.copy(signature, jar.resolveSibling("library.jar.sig"));
    Files.write(jar.resolveSibling("library.jar"), new byte[] {1}, StandardOpenOption.APPEND);
    assertThatThrownBy(() -> PluginRegistry.loadFrom(Set.of("one"), List.of(place), runtime))
        .hasMessageContaining("library.jar is not one of the key \"key\"");
  }

  private void sign(Path jar, String key, String id) throws IOException {
    Files.writeString(
        jar.resolveSibling(jar.getFileName() + ".sig"),
        SigningKey.read(temp.resolve(key), id).sign(Files.readAllBytes(jar)).toString());
  }

  private static String answer(Plugin plugin) throws Exception {
    ModelFiles files = new ModelFiles(ModelReference.parse("m"), Map.of());
    return plugin
        .load(files, LoadContext.of(1, 1))
        .handle(new TaskRequest("t", RequestBody.ofText("x")), text -> {}, CancellationToken.NONE)
        .text();
  }

  private static String visible(String type) {
    return """
        ((java.util.function.Supplier<String>) () -> {
          try { Class.forName("%s"); return "visible"; }
          catch (ClassNotFoundException e) { return "hidden"; } }).get()
        """
        .formatted(type);
  }

  @Test
  void shouldLoadPluginFromItsFolderIsolated() throws Exception {
    // Given plugins that try to see the runtime's own libraries
    jar("one", "One", "one", "t", visible("io.vertx.core.Vertx"));
    jar("two", "Two", "two", "t", visible("org.slf4j.Logger"));

    // When
    try (PluginRegistry registry = load("one", "two")) {
      // Then they see what is shared and nothing else
      assertThat(answer(registry.get("one").plugin())).isEqualTo("hidden");
      assertThat(answer(registry.get("two").plugin())).isEqualTo("visible");
      assertThat(registry.get("one").tasks()).containsExactly("t");
      assertThat(registry.get("one").origin()).isEqualTo(folder.resolve("one").toString());
      assertThat(registry.get("one").plugin().getClass().getClassLoader())
          .isNotSameAs(registry.get("two").plugin().getClass().getClassLoader());
    }
  }

  @Test
  void shouldNotOpenPluginsThatNobodyWants() throws Exception {
    // Given
    jar("one", "One", "one", "t", "\"1\"");
    Files.writeString(Files.createDirectories(folder.resolve("bad")).resolve("bad.jar"), "rubbish");

    // When / Then
    try (PluginRegistry registry = load("one")) {
      assertThat(registry.all()).extracting(FoundPlugin::name).containsExactly("one");
    }
  }

  @Test
  void shouldNameJarThatIsDamaged() throws Exception {
    // Given
    Path jar = jar("one", "One", "one", "t", "\"1\"");
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    // When / Then
    assertThatThrownBy(() -> load("one"))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining(jar.toString())
        .hasMessageContaining("damaged");
  }

  @Test
  void shouldNameJarWhoseClassCannotBeLoaded() throws Exception {
    // Given a jar that names a class which it does not hold
    Path jar = Files.createDirectories(folder.resolve("ghost")).resolve("ghost.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/services/dev.bantam.spi.Plugin"));
      out.write("outside.Ghost\n".getBytes());
    }

    // When / Then
    assertThatThrownBy(() -> load("ghost"))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining(jar.toString())
        .hasMessageContaining("outside.Ghost");
  }

  @Test
  void shouldListPluginsThereAreWhenOneIsMissing() throws Exception {
    // Given
    jar("one", "One", "one", "t", "\"1\"");

    // When / Then
    assertThatThrownBy(() -> load("onne"))
        .isInstanceOf(PluginException.class)
        .hasMessage("there is no plugin \"onne\"; did you mean \"one\"? known: one");
  }

  @Test
  void shouldRefusePluginThatIsThereTwice() throws Exception {
    // Given the same name in two plugin folders
    jar("one", "One", "one", "t", "\"1\"");
    Path other = Files.createDirectories(temp.resolve("more"));
    Files.createDirectories(other.resolve("one"));
    Files.copy(folder.resolve("one/One.jar"), other.resolve("one/One.jar"));

    // When / Then
    assertThatThrownBy(() -> PluginRegistry.load(Set.of("one"), List.of(folder, other), runtime))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("twice")
        .hasMessageContaining(folder.resolve("one").toString())
        .hasMessageContaining(other.resolve("one").toString());
  }

  @Test
  void shouldRefuseFolderOfAnotherNameAndBadTaskNames() throws Exception {
    // Given
    jar("one", "Two", "two", "t", "\"1\"");
    jar("three", "Three", "three", "No Task", "\"1\"");
    Files.createDirectories(folder.resolve("empty"));

    // When / Then
    assertThatThrownBy(() -> load("one")).hasMessageContaining("rename the folder");
    assertThatThrownBy(() -> load("three")).hasMessageContaining("the task \"No Task\"");
    assertThatThrownBy(() -> load("empty")).hasMessageContaining("holds no jar");
  }

  @Test
  void shouldFindPluginOnTheClassPath() throws Exception {
    // Given a jar on the runtime's own class path
    Path jar = jar("ignored", "Onboard", "onboard", "t", "\"1\"");
    ClassLoader with = new URLClassLoader(new URL[] {jar.toUri().toURL()}, withoutPlugins());

    // When
    try (PluginRegistry registry = PluginRegistry.load(Set.of("onboard"), List.of(), with)) {
      // Then
      assertThat(registry.get("onboard").origin()).isEqualTo("the class path");
    }
  }
}
