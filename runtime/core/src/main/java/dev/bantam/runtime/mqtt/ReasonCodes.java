package dev.bantam.runtime.mqtt;

import java.util.Optional;

/**
 * MQTT 5's reason codes (section 2.4) in words: what the broker says, and what to do about it. What
 * a CONNACK says about user and password is in {@link ConnectFailure}.
 */
final class ReasonCodes {

  static final int FIRST_FAILURE = 0x80;
  static final int LAST_FAILURE = 0xA2;
  static final int SESSION_TAKEN_OVER = 0x8E;
  static final int PACKET_TOO_LARGE = 0x95;

  private static final int MAX_SAID_CHARS = 200;

  private ReasonCodes() {}

  /** Whether time alone will not cure it. */
  static boolean needsPerson(int code) {
    return switch (code) {
      case 0x81, 0x82, 0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C, 0x90, 0x95, 0x99, 0x9A, 0x9B, 0x9D ->
          true;
      default -> false;
    };
  }

  /** Whether the broker wants its clients to go to another one, for now or for good. */
  static boolean isSentAway(int code) {
    return code == 0x9C || code == 0x9D;
  }

  /** Why a broker does not take, or ends, a connection. */
  static String connection(int code, String clientId) {
    return switch (code) {
      case 0x00, 0x04 -> "the broker ends the connection";
      case 0x81 -> "the broker finds a packet malformed; is it really an MQTT 5 broker?";
      case 0x82 -> "the broker finds that the protocol was not kept";
      case 0x83 -> "the broker has a reason of its own";
      case 0x84 -> "the broker does not speak MQTT 5; Bantam needs one that does";
      case 0x85 -> "the broker does not take the client id \"%s\"".formatted(clientId);
      case 0x86 -> "the broker refuses the user or its password";
      case 0x87 ->
          "the broker does not allow it; give this device's user the rights that deploy/mosquitto/README.md lists";
      case 0x88, 0x89 -> "the broker is not available now";
      case 0x8A -> "the broker has banned this client";
      case 0x8B -> "the broker shuts down";
      case 0x8C -> "the broker wants another way to log in than user and password";
      case 0x8D -> "the broker heard nothing within the keep-alive time; see mqtt.keep_alive";
      case SESSION_TAKEN_OVER ->
          "another client connected as \"%s\"; is a second runtime using this device name?"
              .formatted(clientId);
      case 0x90 -> "the broker does not take the topic of the status";
      case 0x93 -> "the broker was sent more than its receive maximum";
      case PACKET_TOO_LARGE -> "the broker finds a packet too large";
      case 0x96 -> "the broker finds that messages come too fast";
      case 0x97 -> "the broker's quota is used up";
      case 0x98 -> "somebody ended the connection at the broker";
      case 0x99 -> "the broker finds that a payload is not what its format says";
      case 0x9A -> "the broker keeps no retained messages, which the status is; allow them";
      case 0x9B -> "the broker does not do QoS 1; Bantam needs it";
      case 0x9C -> "the broker asks to use another one for now";
      case 0x9D -> "the broker has moved";
      case 0x9F -> "the broker limits how often clients may connect";
      case 0xA0 -> "the connection has lasted as long as the broker lets it";
      default -> "the broker refuses the connection";
    };
  }

  /** Why a broker does not take a subscription. */
  static String subscription(int code) {
    return switch (code) {
      case 0x87 -> "allow it in the broker's access control list";
      case 0x8F -> "the broker finds the topic filter invalid";
      case 0x97 -> "the broker's quota is used up; allow this client more subscriptions";
      case 0xA2 -> "the broker does not do wildcards, which Bantam needs";
      default -> "see the broker's log";
    };
  }

  /** Why a broker does not take a message. */
  static String publication(int code) {
    return switch (code) {
      case 0x87 -> "allow it in the broker's access control list";
      case 0x90 -> "the broker does not take this topic";
      case PACKET_TOO_LARGE ->
          "it is larger than the broker takes; allow more there, or ask for less at once";
      case 0x97 -> "the broker's quota is used up; it is lost";
      case 0x99 -> "the broker finds that the payload is not what its format says";
      default -> "see the broker's log";
    };
  }

  static String hex(int code) {
    return "0x%02x".formatted(code);
  }

  /** What the broker says itself, on one line; empty if it says nothing. */
  static String said(Optional<String> reasonString) {
    return reasonString
        .map(text -> text.replaceAll("\\p{Cntrl}", " ").strip())
        .filter(text -> !text.isEmpty())
        .map(text -> text.substring(0, Math.min(text.length(), MAX_SAID_CHARS)))
        .map(text -> ", it says \"" + text + "\"")
        .orElse("");
  }
}
