package dev.bantam.models.source;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How a site reaches servers that have models.
 *
 * @param caFile PEM file of authorities that are trusted beside those of the JDK
 * @param hub where {@code hf:} leads
 * @param registries who asks in OCI registries, by {@code HOST} or {@code HOST:PORT}; others are
 *     asked by nobody
 */
public record NetworkSettings(
    Optional<Path> caFile, HubSettings hub, Map<String, Login> registries) {

  /** As the JDK and the environment say. */
  public static final NetworkSettings DEFAULT =
      new NetworkSettings(Optional.empty(), HubSettings.DEFAULT, Map.of());

  public NetworkSettings {
    registries = Map.copyOf(registries);
  }

  /** All defaults but the authorities. */
  public static NetworkSettings trusting(Optional<Path> caFile) {
    return new NetworkSettings(caFile, HubSettings.DEFAULT, Map.of());
  }

  /**
   * The hub.
   *
   * @param endpoint its address; empty for {@code HF_ENDPOINT}, or the public one
   * @param token who asks; empty for {@code HF_TOKEN}, if that is set
   */
  public record HubSettings(Optional<String> endpoint, Optional<Secret> token) {

    /** As the environment says. */
    public static final HubSettings DEFAULT = new HubSettings(Optional.empty(), Optional.empty());
  }

  /** A user of a registry. */
  public record Login(String user, Secret password) {}
}
