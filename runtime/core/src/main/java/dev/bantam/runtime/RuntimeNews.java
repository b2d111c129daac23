package dev.bantam.runtime;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.health.BantamVersion;
import dev.bantam.runtime.slot.SlotState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what the runtime and its slots come to. Any thread. */
final class RuntimeNews {

  private static final Logger log = LoggerFactory.getLogger(RuntimeNews.class);

  private final Events events;
  private final RuntimeParts parts;

  RuntimeNews(Events events, RuntimeParts parts) {
    this.events = events;
    this.parts = parts;
  }

  /** What serves and what does not. */
  void started() {
    String version = BantamVersion.get();
    String profile = parts.profile().name();
    tell(
        EventKind.RUNTIME_STARTED,
        "Bantam %s has started with device profile %s".formatted(version, profile),
        Map.of("version", version, "profile", profile));
    parts.slots().forEach(this::started);
  }

  private void started(LoadedSlot slot) {
    Map<String, Object> details = new LinkedHashMap<>(slot(slot));
    if (slot.workers().slot().state() instanceof SlotState.Vacant vacant) {
      details.put("reason", vacant.reason());
      tell(
          EventKind.SLOT_UNAVAILABLE,
          "slot %s has no model and serves nothing: %s"
              .formatted(slot.plan().name(), vacant.reason()),
          details);
    } else {
      tell(
          EventKind.SLOT_SERVING,
          "slot %s serves with model %s".formatted(slot.plan().name(), details.get("model")),
          details);
    }
  }

  private static Map<String, Object> slot(LoadedSlot slot) {
    return Map.of(
        "slot", slot.plan().name(),
        "plugin", slot.plan().plugin(),
        "model", slot.workers().slot().state().reference().toString());
  }

  void withoutStore(String reason) {
    tell(
        EventKind.STORE_UNAVAILABLE,
        reason + "; answers and messages that wait for the broker are in memory only",
        Map.of("reason", reason));
  }

  /** Requests are refused from now on. */
  void draining(Duration limit) {
    tell(
        EventKind.RUNTIME_DRAINING,
        "the runtime stops; requests in flight have %d s to end".formatted(limit.toSeconds()),
        Map.of("limit_seconds", limit.toSeconds()));
  }

  /**
   * The last words.
   *
   * @param unanswered requests that were told to ask again
   */
  void stopped(int unanswered) {
    parts.slots().stream()
        .filter(slot -> !slot.workers().slot().isVacant())
        .forEach(
            slot ->
                tell(
                    EventKind.SLOT_STOPPED,
                    "slot %s takes no more requests".formatted(slot.plan().name()),
                    slot(slot)));
    tell(
        EventKind.RUNTIME_STOPPED,
        unanswered == 0
            ? "the runtime has stopped"
            : "the runtime has stopped; %d requests were told to ask again".formatted(unanswered),
        Map.of("unanswered", unanswered));
  }

  /** What came of another configuration. */
  void reloaded(ReloadReport report) {
    if (report.refused().isPresent()) {
      String reason = report.refused().get();
      log.error("the changed configuration is not used, and nothing changes:\n{}", reason);
      tell(
          EventKind.CONFIG_REFUSED,
          "the changed configuration is not used: " + reason,
          Map.of("reason", reason));
      return;
    }
    log.info("{}", report);
    tell(
        EventKind.CONFIG_RELOADED,
        report.toString(),
        Map.of(
            "applied", report.applied(),
            "failed", List.copyOf(report.failed().keySet()),
            "needs_restart", report.needsRestart()));
  }

  private void tell(EventKind kind, String message, Map<String, Object> details) {
    events.tell(new Event(kind, message, details));
  }
}
