package dev.bantam.broker;

/**
 * Where the two brokers answer differently, with the reason. A test that asks for one of these
 * names it; there are no others among the tested statements.
 */
enum Difference {
  EMPTY_ID_WITHOUT_CLEAN_START(
      "MQTT-3.1.3-6: an empty client identifier without clean start. Embedded: refused with 0x85,"
          + " which vertx-mqtt does before we are asked, and 3.1.3-8 allows. mosquitto: accepted."),
  TOPIC_ALIAS_REASON(
      "MQTT-3.2.2-17: a topic alias though none was offered. Both end the connection; embedded"
          + " says 0x94, mosquitto 2.0.11 0x82 or 0x94."),
  PUBLISH_TO_SYS(
      "4.7.2: publishing to $SYS. Embedded: PUBACK 0x87. mosquitto: accepts and hides it."),
  MALFORMED_BEFORE_CLOSE(
      "MQTT-4.13.1-1: the server closes; a DISCONNECT with a reason before that is optional."
          + " Embedded sends 0x81 for what its codec cannot read, mosquitto a finer code or none."),
  NO_LOCAL_SHARED(
      "MQTT-3.8.3-4: No Local on a shared subscription. Embedded: DISCONNECT 0x82 as the statement"
          + " says. mosquitto 2.0.11: grants it."),
  RESPONSE_TOPIC_WILDCARD(
      "MQTT-3.3.2-14: a wildcard in a response topic. Embedded: DISCONNECT 0x82. mosquitto 2.0.11:"
          + " passes it on."),
  SUBSCRIPTION_IDENTIFIER_IN_PUBLISH(
      "MQTT-3.3.4-6: a subscription identifier in a client's PUBLISH. Embedded: DISCONNECT 0x82."
          + " mosquitto 2.0.11: ignores it."),
  KEEP_ALIVE_LATE(
      "MQTT-3.1.2-22: closing after one and a half keep alives. Embedded: to the second."
          + " mosquitto 2.0.11: looks only every few seconds, so short ones take longer."),
  TAKE_OVER_REASON(
      "MQTT-3.1.4-3: the connection that is taken over is closed. Embedded says 0x8E first."
          + " mosquitto 2.0.11: closes; its DISCONNECT is not always seen."),
  RECEIVE_MAXIMUM(
      "MQTT-3.3.4-9: mosquitto 2.0.11 overshoots a client's Receive Maximum. Embedded: keeps it."),
  SHARED_REDISPATCH(
      "4.8.2: QoS 1 unacknowledged at a shared subscriber whose session ends goes to another"
          + " member (SHOULD). Embedded: does. mosquitto 2.0.11: drops it."),
  SESSION_EXPIRY_RAISED(
      "MQTT-3.14.2-2: session expiry raised from 0 at DISCONNECT. Embedded: DISCONNECT 0x82."
          + " mosquitto 2.0.11: the same or a bare close.");

  private final String reason;

  Difference(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
