package dev.bantam.runtime.swap;

import dev.bantam.spi.ModelReference;
import java.util.Optional;

/**
 * What a slot shall hold, as a controller or the command line wishes.
 *
 * @param generation counts the wishes for one slot, at least 1; a higher one wins; {@link
 *     #BY_DEVICE} for what nobody has wished
 * @param deploymentId the controller's own name for it, given back in what is reported
 * @param model version and variant may be left open
 * @param source where the model's {@code release.json} is; empty for what is installed or in the
 *     catalog
 * @param sha256 of {@code release.json}, in hexadecimal
 * @param signature of {@code release.json}, as {@code KEY_ID:BASE64}
 * @param settings how it is done
 */
public record Desired(
    long generation,
    Optional<String> deploymentId,
    ModelReference model,
    Optional<String> source,
    Optional<String> sha256,
    Optional<String> signature,
    SwapSettings settings) {

  /** The generation of what the device does by itself, for its configuration has changed. */
  static final long BY_DEVICE = 0;

  boolean isByDevice() {
    return generation == BY_DEVICE;
  }
}
