package dev.bantam.runtime;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.profile.SlotPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What differs between two configurations. Pure. */
final class SiteChanges {

  private static final Map<String, Function<SiteConfig, Object>> FIXED = new LinkedHashMap<>();

  static {
    FIXED.put("device", SiteConfig::device);
    FIXED.put("fleet", SiteConfig::fleet);
    FIXED.put("broker", SiteConfig::broker);
    FIXED.put("profile", SiteConfig::profile);
    FIXED.put("memory_budget", SiteConfig::memoryBudget);
    FIXED.put("native_libraries", SiteConfig::nativeLibraries);
    FIXED.put("home", SiteConfig::home);
    FIXED.put("models", SiteConfig::models);
    FIXED.put("plugins.folders", SiteConfig::pluginFolders);
    FIXED.put("plugins.trusted_keys", SiteConfig::pluginSigners);
    FIXED.put("store", SiteConfig::store);
    FIXED.put("http", SiteConfig::http);
  }

  private SiteChanges() {}

  /** What counts only from the next start on, by the configuration's keys. */
  static List<String> needingRestart(SiteConfig started, SiteConfig next) {
    List<String> keys = new ArrayList<>();
    FIXED.forEach(
        (key, part) -> {
          if (!part.apply(started).equals(part.apply(next))) {
            keys.add(key);
          }
        });
    MqttConfig mqtt = next.mqtt().withTelemetry(started.mqtt().telemetry());
    if (!mqtt.equals(started.mqtt())) {
      keys.add("mqtt");
    }
    return keys;
  }

  /** How much a slot takes at once, by the configuration's keys. */
  static List<String> ofLimits(SlotPlan running, SlotPlan next) {
    List<String> keys = new ArrayList<>();
    if (!running.workers().equals(next.workers())) {
      keys.add("slots." + next.name() + ".workers");
    }
    if (running.queue() != next.queue()) {
      keys.add("slots." + next.name() + ".queue");
    }
    if (!running.timeout().equals(next.timeout())) {
      keys.add("slots." + next.name() + ".timeout");
    }
    return keys;
  }
}
