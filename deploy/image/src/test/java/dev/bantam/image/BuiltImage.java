package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The container image of this machine's architecture, built by its script, once for all tests.
 *
 * @param archive in docker save's form
 * @param bundle with the encoder all-minilm-l6-v2-int8
 * @param name of the image
 * @param podman has the image; empty where this machine runs no containers
 * @param reason why not
 */
record BuiltImage(Path archive, Path bundle, String name, Optional<Podman> podman, String reason)
    implements AutoCloseable {

  private static final Duration BUILD = Duration.ofMinutes(15);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** The scripts' folder. */
  static final Path SCRIPTS = BantamProcess.root().resolve("deploy/image");

  private static BuiltImage build() {
    String architecture = BantamProcess.run(LIMIT, "dpkg", "--print-architecture").output().strip();
    BantamProcess build =
        BantamProcess.run(BUILD, SCRIPTS.resolve("build").toString(), architecture);
    assertThat(build.exitStatus(LIMIT)).as(build.toString()).isZero();
    Path archive = SCRIPTS.resolve("target/bantam-%s.tar".formatted(architecture));
    Path bundle = SCRIPTS.resolve("target/classes.bundle");
    String name = "localhost/bantam:0.1.0-SNAPSHOT-" + architecture;
    try {
      Podman podman = Podman.running(Files.createTempDirectory("bantam-podman"), archive, name);
      return new BuiltImage(archive, bundle, name, Optional.of(podman), "");
    } catch (Podman.UnavailableException e) {
      return new BuiltImage(
          archive, bundle, name, Optional.empty(), String.valueOf(e.getMessage()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Of containers; skips the test where there are none. */
  Podman running() {
    assumeTrue(podman.isPresent(), reason);
    return podman.orElseThrow();
  }

  @Override
  public void close() {
    podman.ifPresent(Podman::close);
  }

  /** Gives tests the image; skips them where it cannot be built. */
  static final class Extension implements BeforeAllCallback, ParameterResolver {

    @Override
    public void beforeAll(ExtensionContext context) {
      assumeTrue(
          BantamProcess.run(LIMIT, "bash", "-c", "command -v apt-get && command -v dpkg-deb")
                  .exitStatus(LIMIT)
              == 0,
          "the image's base is made of Debian's packages, and this is no Debian");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BuiltImage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.GLOBAL)
          .getOrComputeIfAbsent(BuiltImage.class, type -> build(), BuiltImage.class);
    }
  }
}
