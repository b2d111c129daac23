package dev.bantam.models;

import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.trust.TrustedKeys;
import java.util.Optional;

/**
 * What a site lets onto its devices, and how they fetch it: the section {@code models} of {@code
 * bantam.yaml}.
 *
 * @param sources places that an order may name
 * @param keys whose signatures count
 * @param requireSigned whether nothing is taken that none of these keys has signed, but for
 *     Bantam's own catalog, which comes with the program
 * @param allowDowngrade whether an older revision may follow a newer one; empty to let each order
 *     say
 * @param network how servers are reached
 */
public record PullSettings(
    AllowedSources sources,
    TrustedKeys keys,
    boolean requireSigned,
    Optional<Boolean> allowDowngrade,
    NetworkSettings network) {

  /** Bantam's own catalog alone, and what a site's own files add to it. */
  public static final PullSettings DEFAULT =
      new PullSettings(
          AllowedSources.NONE, TrustedKeys.NONE, false, Optional.empty(), NetworkSettings.DEFAULT);

  /** As {@link #DEFAULT}, for somebody who types what shall be here: it may be older. */
  public static final PullSettings TYPED =
      new PullSettings(
          AllowedSources.NONE, TrustedKeys.NONE, false, Optional.of(true), NetworkSettings.DEFAULT);

  /**
   * Whether an older revision may follow a newer one.
   *
   * @param asked whether an order, or somebody at the device, says so; the site's word goes over it
   */
  boolean allowsDowngrade(boolean asked) {
    return allowDowngrade.orElse(asked);
  }
}
