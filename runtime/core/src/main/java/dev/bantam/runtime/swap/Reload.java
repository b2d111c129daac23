package dev.bantam.runtime.swap;

import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.Optional;

/**
 * A slot's model is to be loaded in another way, for its configuration or its plugin has changed,
 * or to be another variant, for the device spares itself.
 *
 * @param host loads in the new way; it is the slot's host once the model serves
 * @param model what the slot shall hold; empty for what it holds
 * @param configured the model that profile and site name from now on
 * @param sparing there if the device spares itself, or does so no more
 */
public record Reload(
    SlotHost host,
    Optional<ModelReference> model,
    ModelReference configured,
    Optional<Sparing> sparing) {

  /** By whom it is wished, in what is reported. */
  private static final String GOVERNOR = "governor";

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

  /**
   * A change of variants that nobody has wished: it gives way to every wish.
   *
   * @param from what the slot must hold, or else nothing is changed
   * @param mode how it is done
   * @param isPassing whether the slot begins with what it held before after a restart
   */
  public record Sparing(ModelReference from, SwapMode mode, boolean isPassing) {}

  /** For another configuration or plugin. */
  public static Reload configured(
      SlotHost host, Optional<ModelReference> model, ModelReference configured) {
    return new Reload(host, model, configured, Optional.empty());
  }

  boolean isPassing() {
    return sparing.filter(Sparing::isPassing).isPresent();
  }

  /** As a wish of nobody, which counts among no others. */
  Desired wish() {
    return new Desired(
        Desired.BY_DEVICE,
        sparing.map(any -> GOVERNOR),
        model.orElseGet(() -> host.slot().state().reference()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        sparing.map(how -> SETTINGS.withMode(how.mode())).orElse(SETTINGS));
  }
}
