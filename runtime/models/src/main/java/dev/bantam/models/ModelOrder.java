package dev.bantam.models;

import dev.bantam.spi.ModelReference;
import java.util.Optional;

/**
 * A model that somebody wants on this device, perhaps from a place of their own.
 *
 * @param reference what is wanted; version and variant may be left open
 * @param source address of its {@code release.json}, below one of {@link PullSettings#sources};
 *     empty for what is installed or in the catalog
 * @param sha256 digest of its {@code release.json}, in lower-case hexadecimal; goes with a source
 * @param signature over the bytes of its {@code release.json}, {@code KEY_ID:BASE64}
 * @param allowDowngrade whether it may be older than what is installed, where the site lets an
 *     order say so
 */
public record ModelOrder(
    ModelReference reference,
    Optional<String> source,
    Optional<String> sha256,
    Optional<String> signature,
    boolean allowDowngrade) {

  /** Of what is installed or in the catalog. */
  public static ModelOrder of(ModelReference reference) {
    return new ModelOrder(reference, Optional.empty(), Optional.empty(), Optional.empty(), false);
  }
}
