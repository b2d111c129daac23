package dev.bantam.runtime.swap;

import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.Optional;

/**
 * A slot's model is to be loaded in another way, for its configuration or its plugin has changed.
 *
 * @param host loads in the new way; it is the slot's host once the model serves
 * @param model what the slot shall hold; empty for what it holds
 * @param configured the model that profile and site name from now on
 */
public record Reload(SlotHost host, Optional<ModelReference> model, ModelReference configured) {

  /** The site's word needs no probation, as it needs none at the start. */
  private static final SwapSettings SETTINGS =
      new SwapSettings(
          SwapMode.AUTO,
          SwapSettings.DEFAULTS.drainTimeout(),
          Duration.ZERO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          SwapSettings.DEFAULTS.maxErrorRate(),
          true);

  /** As a wish of nobody, which counts among no others. */
  Desired wish() {
    return new Desired(
        Desired.BY_DEVICE,
        Optional.empty(),
        model.orElseGet(() -> host.slot().state().reference()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        SETTINGS);
  }
}
