package dev.bantam.runtime.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class BantamVersion {

  private BantamVersion() {}

  /** As the build's parent pom has it, e.g. {@code 0.1.0}. */
  public static String get() {
    Properties properties = new Properties();
    try (InputStream in =
        BantamVersion.class.getResourceAsStream("/dev/bantam/runtime/version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}
