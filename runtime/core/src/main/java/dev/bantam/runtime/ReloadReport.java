package dev.bantam.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of another configuration.
 *
 * @param refused why it is not used, and nothing has changed; empty if it is valid
 * @param applied keys of the configuration that hold now
 * @param failed slots that go on as they were, for their models cannot be loaded in the new way
 * @param needsRestart keys that have changed and count from the next start
 */
public record ReloadReport(
    Optional<String> refused,
    List<String> applied,
    List<String> failed,
    List<String> needsRestart) {

  public ReloadReport {
    applied = List.copyOf(applied);
    failed = List.copyOf(failed);
    needsRestart = List.copyOf(needsRestart);
  }

  static ReloadReport refused(String reason) {
    return new ReloadReport(Optional.of(reason), List.of(), List.of(), List.of());
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
      parts.add("failed, and as before: " + String.join(", ", failed));
    }
    if (!needsRestart.isEmpty()) {
      parts.add("in use from the next start on: " + String.join(", ", needsRestart));
    }
    return "the configuration was read again; "
        + (parts.isEmpty() ? "nothing has changed" : String.join("; ", parts));
  }
}
