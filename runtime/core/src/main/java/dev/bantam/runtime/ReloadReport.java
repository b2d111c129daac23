package dev.bantam.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of another configuration.
 *
 * @param refused why it is not used, and nothing has changed; empty if it is valid
 * @param applied keys of the configuration that hold now
 * @param failed slots that go on as they were, for their models cannot be loaded in the new way,
 *     and why, in the order of the profile
 * @param needsRestart keys that have changed and count from the next start
 */
public record ReloadReport(
    Optional<String> refused,
    List<String> applied,
    Map<String, String> failed,
    List<String> needsRestart) {

  public ReloadReport {
    applied = List.copyOf(applied);
    failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
    needsRestart = List.copyOf(needsRestart);
  }

  static ReloadReport refused(String reason) {
    return new ReloadReport(Optional.of(reason), List.of(), Map.of(), List.of());
  }

  /** For people, in one sentence. */
  @Override
  public String toString() {
    if (refused.isPresent()) {
      return "the changed configuration is not used: " + refused.get();
    }
    List<String> parts = new ArrayList<>();
    if (!applied.isEmpty()) {
      parts.add("in use now: " + String.join(", ", applied));
    }
    if (!failed.isEmpty()) {
      List<String> reasons = new ArrayList<>();
      failed.forEach((slot, reason) -> reasons.add("%s (%s)".formatted(slot, reason)));
      parts.add("failed, and as before: " + String.join(", ", reasons));
    }
    if (!needsRestart.isEmpty()) {
      parts.add("in use from the next start on: " + String.join(", ", needsRestart));
    }
    return "the configuration was read again; "
        + (parts.isEmpty() ? "nothing has changed" : String.join("; ", parts));
  }
}
