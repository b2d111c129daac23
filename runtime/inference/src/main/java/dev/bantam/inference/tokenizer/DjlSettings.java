package dev.bantam.inference.tokenizer;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tokenizer library at home. It would otherwise fetch native libraries on some hosts,
 * report to its makers on others, and unpack into a folder of its own in the user's home. The
 * launcher says all this by the environment; for those who start the jar by hand, system properties
 * of the same names do. What the environment says stays.
 */
final class DjlSettings {

  private DjlSettings() {}

  /** Call before the library's first use; calling again changes nothing. */
  static void apply() {
    setDefault("DJL_OFFLINE", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("RUST_FLAVOR", "cpu");
    setDefault("DJL_CACHE_DIR", cacheFolder(System.getenv()).toString());
  }

  private static void setDefault(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /** {@code BANTAM_HOME/cache/djl}, with {@code BANTAM_HOME} by the XDG rules if unset. */
  static Path cacheFolder(Map<String, String> environment) {
    String home = nonBlank(environment.get("BANTAM_HOME"));
    if (home != null) {
      return Path.of(home, "cache", "djl").toAbsolutePath();
    }
    String data = nonBlank(environment.get("XDG_DATA_HOME"));
    Path base =
        data == null
            ? Path.of(System.getProperty("user.home", "."), ".local", "share")
            : Path.of(data);
    return base.resolve(Path.of("bantam", "cache", "djl")).toAbsolutePath();
  }

  private static @Nullable String nonBlank(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }
}
