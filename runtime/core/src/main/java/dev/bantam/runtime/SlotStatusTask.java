package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.OwnTasks;
import dev.bantam.runtime.swap.SwapReport;
import dev.bantam.runtime.swap.Swaps;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The task {@code slot-status}: what slots report, and how their last swaps ended.
 *
 * @param portrait knows what slots report
 */
record SlotStatusTask(RuntimePortrait portrait, Swaps swaps) implements OwnTasks.OwnTask {

  /** As clients ask for it. */
  static final String NAME = "slot-status";

  @Override
  public Map<String, @Nullable Object> answer(RequestBody body) throws TaskException {
    Optional<String> wanted = body.optionalText("slot");
    Map<String, Map<String, Object>> reports = portrait.reported();
    if (wanted.isPresent() && !reports.containsKey(wanted.get())) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "this device has no slot \"%s\"; its slots are: %s"
              .formatted(wanted.get(), String.join(", ", reports.keySet())));
    }
    Map<String, Object> slots = new LinkedHashMap<>();
    reports.forEach(
        (slot, report) -> {
          if (wanted.isEmpty() || wanted.get().equals(slot)) {
            Map<String, Object> fields = new LinkedHashMap<>(report);
            fields.put("history", swaps.history(slot).stream().map(SwapReport::fields).toList());
            slots.put(slot, fields);
          }
        });
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("slots", slots);
    return answer;
  }
}
