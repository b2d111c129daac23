package dev.bantam.runtime.cli.device;

import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.profile.DeviceProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a device is to compute on.
 *
 * @param providers execution providers, the preferred first; the last is the CPU
 * @param libraries folder of native libraries, in place of Bantam's own
 */
public record Wish(List<String> providers, Optional<Path> libraries) {

  public Wish {
    providers = List.copyOf(providers);
  }

  /** As profile and site say, and the system property of ONNX Runtime where the site does not. */
  public static Wish of(DeviceProfile profile, Optional<SiteConfig> site) {
    return new Wish(
        profile.executionProviders(),
        site.flatMap(SiteConfig::nativeLibraries).or(Machine::nativePath));
  }

  /** Whether it is what every machine has. */
  boolean isPlain() {
    return libraries.isEmpty() && providers.equals(List.of(DeviceProfile.CPU));
  }
}
