package dev.bantam.runtime.governor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a device says of how it spares itself.
 *
 * @param now how it is
 * @param kinds what is watched, though nothing may show it
 * @param powerMode the mode of power, where there are any
 */
public record GovernorReport(
    GovernorWatch.Now now, List<SensorKind> kinds, Optional<String> powerMode) {

  private static final String UNKNOWN = "unknown";

  /** As a JSON object of plain Java values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", now.state().rung());
    fields.put("steps", now.plan().policy().ladder().size());
    fields.put("measures", now.measures().stream().map(Measure::wireName).toList());
    Map<String, Object> sensors = new LinkedHashMap<>();
    kinds.forEach(kind -> sensors.put(kind.wireName(), level(kind)));
    fields.put("sensors", sensors);
    powerMode.ifPresent(mode -> fields.put("power_mode", mode));
    return fields;
  }

  private String level(SensorKind kind) {
    return now.readings().containsKey(kind) ? now.level(kind).wireName() : UNKNOWN;
  }
}
