package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what becomes of one connection: in the log, and what an operator must know as an event. */
final class ConnectionNews {

  private static final Logger log = LoggerFactory.getLogger(MqttConnection.class);

  private final Events events;

  ConnectionNews(Events events) {
    this.events = events;
  }

  /** The connection is there, and the broker has answered its subscriptions. */
  void connected(ConnectionSettings settings) {
    log.info("{}: connected to {}", settings.clientId(), settings.address());
  }

  /**
   * Tells which subscriptions the broker refuses.
   *
   * @param codes its word on each that was asked for
   */
  void refused(String clientId, List<String> asked, int[] codes) {
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] >= ReasonCodes.FIRST_FAILURE) {
        refused(clientId, asked.get(Math.min(i, asked.size() - 1)), codes[i]);
      }
    }
  }

  private void refused(String clientId, String filter, int code) {
    String message =
        "the broker refuses the subscription \"%s\" with reason code %s; %s"
            .formatted(filter, ReasonCodes.hex(code), ReasonCodes.subscription(code));
    log.error("{}: {}", clientId, message);
    events.tell(
        new Event(
            EventKind.SUBSCRIPTION_REFUSED,
            message,
            Map.of("client_id", clientId, "filter", filter, "reason_code", ReasonCodes.hex(code))));
  }

  /** The session that this device had at the broker is gone. */
  void forgotten(ConnectionSettings settings) {
    String message =
        "the broker has forgotten this device's session; requests that it held are lost, subscribing again (see mqtt.session_expiry and the broker's persistence)";
    log.warn("{}: {}", settings.clientId(), message);
    events.tell(
        new Event(
            EventKind.SESSION_FORGOTTEN,
            message,
            Map.of("client_id", settings.clientId(), "broker", settings.address().toString())));
  }

  /** The connection is gone, or did not come about. */
  void lost(ConnectionSettings settings, boolean wasConnected, Loss loss, long delayMs) {
    log.warn(
        "{}: {} {}: {}; next attempt in {} ms",
        settings.clientId(),
        wasConnected ? "lost the broker at" : "cannot connect to the broker at",
        settings.address(),
        loss.reason(),
        delayMs);
  }
}
