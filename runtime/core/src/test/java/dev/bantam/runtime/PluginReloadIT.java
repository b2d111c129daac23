package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.plugin.PluginJars;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin's jar is replaced while its slot serves, over mosquitto. */
@Timeout(120)
class PluginReloadIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLOT = "name: assistant, plugin: outside, model: tiny";

  /** Where the plugin leaves its class loader, for the test has no other way to it. */
  private static final String LEFT = "bantam.test.loader";

  @TempDir Path folder;

  private RuntimeFixture fixture;
  private Path jar;
  private BantamRuntime runtime;

  @BeforeEach
  void setUp() throws Exception {
    fixture = new RuntimeFixture(folder);
    Path plugins = folder.resolve("plugins");
    jar = Files.createDirectories(plugins.resolve("outside")).resolve("outside.jar");
    write("one");
    runtime = fixture.start(fixture.options(SLOT).withPluginFolders(List.of(plugins)));
  }

  @AfterEach
  void tearDown() throws Exception {
    System.getProperties().remove(LEFT);
    fixture.close();
  }

  /** Over the jar that is in use, not beside it. */
  private void write(String answer) throws IOException {
    PluginJars.compile(
        folder,
        jar,
        new PluginJars.Source(
            "Outside",
            "outside",
            "echo",
            """
            System.getProperties().put("%s",
                new java.lang.ref.WeakReference<>(Outside.class.getClassLoader())) == "" ? "" : "%s"
            """
                .formatted(LEFT, answer)));
  }

  private ReloadReport reload() throws Exception {
    return await(runtime.reload(new ReadResult.Valid<>(fixture.site())));
  }

  @Test
  void shouldUseAnotherJarAndForgetTheOldOne() throws Exception {
    // Given requests all the time
    Asking asking = Asking.begin(fixture);
    WeakReference<?> old = left();

    // When
    write("two");
    ReloadReport report = reload();
    asking.awaitAnswer("two");

    // Then
    assertThat(report.applied()).containsExactly("slots.assistant", "plugins.outside");
    assertThat(asking.end()).containsOnly("one", "two").startsWith("one").endsWith("two");
    Eventually.await("the old class loader is collected", LIMIT, () -> isCollected(old));
    assertThat(isCollected(left())).isFalse();
    assertThat(reload().toString()).contains("nothing has changed");
  }

  @Test
  void shouldSeeAClassLoaderThatLeaks() throws Exception {
    // Given somebody who keeps the old one
    Asking.begin(fixture).end();
    WeakReference<?> old = left();
    Object kept = old.get();

    // When
    write("two");
    reload();

    // Then
    for (int i = 0; i < 10; i++) {
      assertThat(isCollected(old)).isFalse();
    }
    assertThat(kept).isNotNull();
  }

  @Test
  void shouldKeepTheOldPluginWhereTheNewJarIsBroken() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    byte[] whole = Files.readAllBytes(jar);

    // When
    Files.write(jar, new byte[] {'P', 'K', 3, 4});
    ReloadReport report = reload();

    // Then
    assertThat(report.refused().orElseThrow()).contains(jar + " is damaged");
    assertThat(Asking.begin(fixture).end()).containsOnly("one");
    Eventually.await(
        "an event", LIMIT, () -> !RuntimeFixture.events(events, "config_refused").isEmpty());

    // And when it is whole again
    Files.write(jar, whole);

    // Then
    assertThat(reload().applied()).contains("plugins.outside");
  }

  private static WeakReference<?> left() {
    return (WeakReference<?>) System.getProperties().get(LEFT);
  }

  private static boolean isCollected(WeakReference<?> reference) {
    System.gc();
    return reference.get() == null;
  }
}
