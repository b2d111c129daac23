package dev.bantam.runtime.cli.device;

import dev.bantam.runtime.device.DeviceRecord;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this machine's models are computed on, as far as that is known.
 *
 * @param wanted execution providers, the preferred first
 * @param record of the self-test; empty if none was made
 */
public record Execution(List<String> wanted, Optional<DeviceRecord> record) {

  /** Looks it up; tests nothing. */
  public static Execution of(Path home, Wish wish) {
    return new Execution(wish.providers(), DeviceCheck.known(home, wish));
  }

  /** For people. */
  public String line() {
    return "execution      "
        + record
            .map(found -> DeviceCheck.execution(found).orElse("computes on the CPU"))
            .orElse(
                "wants %s; not tested yet: bantam device test"
                    .formatted(String.join(", ", wanted)));
  }

  /** For programs. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("wanted", wanted);
    fields.put("tested", record.map(DeviceRecord::execution).orElse(null));
    return fields;
  }
}
