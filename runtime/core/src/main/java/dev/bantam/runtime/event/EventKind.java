package dev.bantam.runtime.event;

import static dev.bantam.runtime.event.EventKind.Severity.ERROR;
import static dev.bantam.runtime.event.EventKind.Severity.INFO;
import static dev.bantam.runtime.event.EventKind.Severity.WARNING;

import java.util.Locale;
import java.util.Set;

/**
 * What can happen to a device. The list is closed: each kind stands in {@code event.schema.json},
 * too, and in runtime/docs/topics.md.
 */
public enum EventKind {
  /** The runtime has loaded what it serves with. */
  RUNTIME_STARTED(INFO, "version", "profile"),
  /** It stops, and lets the requests in flight finish. */
  RUNTIME_DRAINING(INFO, "limit_seconds"),
  /** It has stopped; {@code unanswered} requests were ended before their answers. */
  RUNTIME_STOPPED(INFO, "unanswered"),

  /** A slot answers requests with a model. */
  SLOT_SERVING(INFO, "slot", "plugin", "model"),
  /** A slot serves nothing, for its model cannot be had. */
  SLOT_UNAVAILABLE(ERROR, "slot", "plugin", "model", "reason"),
  /** A slot takes no more requests. */
  SLOT_STOPPED(INFO, "slot", "plugin", "model"),

  /** A slot is to change its model. */
  SWAP_BEGUN(INFO, "slot", "generation", "from", "to"),
  /** A slot has changed its model, and the new one counts as good. */
  SWAP_SUCCEEDED(INFO, "slot", "generation", "model"),
  /** A change of model gave way to a newer wish; {@code model} serves. */
  SWAP_SUPERSEDED(INFO, "slot", "generation", "model"),
  /** A slot has not changed its model; {@code model} serves, or served last. */
  SWAP_FAILED(ERROR, "slot", "generation", "model", "result", "wanted", "code", "reason"),
  /** What a controller wishes for a slot is not understood. */
  DESIRED_REFUSED(WARNING, "slot", "reason"),

  /**
   * Another configuration was read: {@code applied} holds now, {@code failed} are slots that go on
   * as they were, for the new way is no good, and {@code needs_restart} waits for the next start.
   */
  CONFIG_RELOADED(INFO, "applied", "failed", "needs_restart"),
  /** Another configuration is not valid; nothing has changed. */
  CONFIG_REFUSED(ERROR, "reason"),

  /** The connection to the broker was away, and is back. */
  BROKER_BACK(INFO, "broker", "away_seconds"),
  /** The device is at another one of its brokers than before. */
  BROKER_CHANGED(WARNING, "from", "to"),
  /** The broker has forgotten the session, and with it requests that it held. */
  SESSION_FORGOTTEN(WARNING, "client_id", "broker"),
  /** The broker refuses a subscription: the device does not hear what comes there. */
  SUBSCRIPTION_REFUSED(ERROR, "client_id", "filter", "reason_code"),
  /** Another client uses this device's client ids, perhaps from a copy of its SD card. */
  SESSION_CONFLICT(ERROR, "taken_over"),
  /** Nobody has taken this device's session for a while. */
  SESSION_CONFLICT_OVER(INFO),

  /**
   * Requests were acknowledged without being executed or answered, {@code count} since the last.
   */
  REQUESTS_REFUSED(WARNING, "reason", "count", "topic", "response_topic"),
  /** Messages that waited for the broker were given up, since the last such event. */
  SPOOL_DROPPED(WARNING, "dropped", "lost"),
  /** The file that keeps things over a restart cannot be used. */
  STORE_UNAVAILABLE(ERROR, "reason"),
  /** A route has begun to drop messages. */
  ROUTE_DROPPING(WARNING, "route", "dropped"),
  /** A route drops no more; {@code dropped} in all since it began. */
  ROUTE_RECOVERED(INFO, "route", "dropped"),

  /**
   * The device has become hot, or is hot and no longer critical: it takes no work of its fleets.
   */
  DEVICE_HOT(WARNING, "celsius", "zone"),
  /** The device is so hot that it refuses requests. */
  DEVICE_CRITICAL(ERROR, "celsius", "zone"),
  /** The device was hot and is cool again: it is back in its fleets, unless a step keeps it out. */
  DEVICE_COOLED(INFO, "celsius", "zone"),
  /** The device was hot, and nothing shows any more how hot it is: it is taken for a cool one. */
  THERMOMETER_SILENT(WARNING),

  /** Memory is so short that the device refuses requests. */
  MEMORY_CRITICAL(ERROR, "reason"),
  /** Memory was so short, and the device takes requests again. */
  MEMORY_RELIEVED(INFO, "reason"),
  /** The device gives one thing more up to spare itself; {@code step} counts from 1. */
  GOVERNOR_STEPPED_DOWN(WARNING, "step", "measure", "sensor", "reason"),
  /** The device has got back what it gave up last; {@code step}: how many steps are left. */
  GOVERNOR_STEPPED_UP(INFO, "step", "measure"),

  /** A password, certificate or key has changed; the next connection uses the new one. */
  SECRET_RENEWED(INFO, "key"),
  /** A password, certificate or key cannot be read. */
  SECRET_UNREADABLE(ERROR, "key", "reason");

  /** How much it matters. */
  public enum Severity {
    /** As it should be. */
    INFO,
    /** Something was lost or is not as usual; the device helps itself. */
    WARNING,
    /** Somebody must do something. */
    ERROR;

    /** The word in messages. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Severity severity;
  private final Set<String> details;

  EventKind(Severity severity, String... details) {
    this.severity = severity;
    this.details = Set.of(details);
  }

  public Severity severity() {
    return severity;
  }

  /** The names of what an event of this kind says beside its message, all of them. */
  public Set<String> details() {
    return details;
  }

  /** The word in messages. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
