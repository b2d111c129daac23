package dev.bantam.simulator.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device that the simulator has started.
 *
 * @param id its device id
 * @param limits how it was limited, for people
 * @param starts how often it was started
 * @param alive whether its process ran when the run ended
 */
public record DeviceReport(String id, String limits, int starts, boolean alive) {

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("limits", limits);
    fields.put("starts", starts);
    fields.put("alive", alive);
    return fields;
  }
}
