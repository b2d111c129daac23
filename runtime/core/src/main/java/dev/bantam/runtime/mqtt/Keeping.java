package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.runtime.store.StoreSettings;
import java.util.Optional;

/**
 * What a gateway keeps of answers and of messages that wait.
 *
 * @param bounds how much
 * @param store keeps it over a restart; without, it is in memory only
 */
public record Keeping(StoreSettings bounds, Optional<DeviceStore> store) {

  /** In memory, within the usual bounds. */
  public static final Keeping IN_MEMORY = new Keeping(StoreSettings.DEFAULTS, Optional.empty());
}
