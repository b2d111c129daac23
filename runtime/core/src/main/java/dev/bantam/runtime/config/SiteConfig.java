package dev.bantam.runtime.config;

import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.runtime.governor.GovernorSettings;
import dev.bantam.runtime.governor.TemperatureLimits;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.runtime.store.StoreSettings;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One site's {@code bantam.yaml}. Relative paths in the file are resolved against its folder.
 *
 * @param device the device id, see {@link dev.bantam.protocol.Topics}
 * @param fleet groups whose work this device shares, see {@link dev.bantam.protocol.FleetTopics}
 * @param mqtt the broker and how to speak with it
 * @param broker the device's own broker, in place of one that {@code mqtt} names
 * @param profile a device profile's name or file; empty to choose by the hardware
 * @param home folder for models and state; empty for {@code BANTAM_HOME}
 * @param models where models are and where they may come from
 * @param pluginFolders folders that hold one sub-folder of jars for each plugin
 * @param pluginSigners whose signature their jars need; empty if they need none
 * @param store what is kept over a restart
 * @param temperature from when on the device is hot, over the profile's word
 * @param governor what the device gives up to spare itself, over the profile's word
 * @param http where health and figures are, and the limits of that, over the profile's word
 * @param memoryBudget what all models together may take, over the profile's word
 * @param nativeLibraries folder with ONNX Runtime's native libraries, in place of Bantam's own
 * @param slots what this site wants otherwise, by slot name
 * @param routes what is done with messages of sensors that know nothing of Bantam
 */
public record SiteConfig(
    String device,
    List<String> fleet,
    MqttConfig mqtt,
    Optional<BrokerConfig> broker,
    Optional<String> profile,
    Optional<Path> home,
    ModelsConfig models,
    List<Path> pluginFolders,
    Optional<TrustedKeys> pluginSigners,
    StoreSettings store,
    TemperatureLimits temperature,
    GovernorSettings governor,
    HttpSettings http,
    Optional<String> memoryBudget,
    Optional<Path> nativeLibraries,
    Map<String, SlotOverride> slots,
    RoutesConfig routes) {

  public SiteConfig {
    fleet = List.copyOf(fleet);
    pluginFolders = List.copyOf(pluginFolders);
    slots = Map.copyOf(slots);
  }

  /** All defaults but the device's name and the broker. */
  public static SiteConfig of(String device, MqttConfig mqtt) {
    return new SiteConfig(
        device,
        List.of(),
        mqtt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ModelsConfig.DEFAULTS,
        List.of(),
        Optional.empty(),
        StoreSettings.DEFAULTS,
        TemperatureLimits.NONE,
        GovernorSettings.NONE,
        HttpSettings.NONE,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        RoutesConfig.NONE);
  }

  /** With this model in a slot. */
  public SiteConfig withModel(String slot, ModelReference model) {
    Map<String, SlotOverride> others = new HashMap<>(slots);
    others.put(slot, slots.getOrDefault(slot, SlotOverride.NONE).withModel(model));
    return with(device, mqtt, others);
  }

  /** With another broker. */
  public SiteConfig withMqtt(MqttConfig other) {
    return with(device, other, slots);
  }

  /** With another device id. */
  public SiteConfig withDevice(String other) {
    return with(other, mqtt, slots);
  }

  private SiteConfig with(
      String otherDevice, MqttConfig otherMqtt, Map<String, SlotOverride> otherSlots) {
    return new SiteConfig(
        otherDevice,
        fleet,
        otherMqtt,
        broker,
        profile,
        home,
        models,
        pluginFolders,
        pluginSigners,
        store,
        temperature,
        governor,
        http,
        memoryBudget,
        nativeLibraries,
        otherSlots,
        routes);
  }
}
